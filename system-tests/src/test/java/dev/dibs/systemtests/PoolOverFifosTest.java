package dev.dibs.systemtests;

/** {@link PoolTest} where there is no file system for the tokens. */
class PoolOverFifosTest extends PoolTest {
  @Override
  Dibs world() {
    return Dibs.withPool(2).overFifos().kept();
  }
}
