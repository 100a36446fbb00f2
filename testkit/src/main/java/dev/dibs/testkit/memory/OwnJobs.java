package dev.dibs.testkit.memory;

import java.util.Iterator;

/** What happens today: each build runs as many jobs as its user typed behind -j. */
final class OwnJobs implements Policy {

  @Override
  public void act(Machine machine) {
    for (Build build : machine.builds) {
      Iterator<Job> ready = build.ready().iterator();
      for (long free = build.width - build.count(Job.State.RUNNING); free > 0; free--) {
        if (ready.hasNext()) {
          machine.start(ready.next());
        }
      }
    }
  }

  @Override
  public void ended(Machine machine, Job job, End how) {
    if (how != End.DONE) {
      machine.fail(job.build);
    }
  }
}
