package dev.dibs.core;

/** How a member claim comes by its first slot. */
enum Place {
  /** By a slot of its own. */
  NONE,
  /** By the slot of the nested run in which it was made. */
  SHARED,
  /** By a slot in use by its party: an implicit one, or a token in a client's hands. */
  COVERED
}
