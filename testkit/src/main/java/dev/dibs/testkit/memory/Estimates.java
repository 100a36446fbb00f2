package dev.dibs.testkit.memory;

import dev.dibs.core.Need;

/** What jobs are expected to need. */
interface Estimates {

  /** Of a job that is about to be asked for. */
  Need of(Job job, int budgetMib);

  /** Of each slot of a build whose jobs name nothing; what it starts with. */
  int perSlotMib(Build build, int budgetMib);

  /** A job ended, well or killed. */
  void ended(Job job, Policy.End how);
}
