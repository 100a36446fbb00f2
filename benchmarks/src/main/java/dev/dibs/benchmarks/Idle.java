package dev.dibs.benchmarks;

/** A program that does nothing, to see what a JVM costs that does nothing. */
public final class Idle {
  private Idle() {}

  public static void main(String[] none) throws InterruptedException {
    Thread.currentThread().join();
  }
}
