package dev.dibs.daemon.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.host.Epoll;
import dev.dibs.host.Fifo;
import dev.dibs.host.Self;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class EventLoopTest {

  @TempDir Path folder;

  @Test
  void timersDescriptorsAndTasksOfOthersRunOnOneThread() throws Exception {
    Path path = folder.resolve("fifo");
    Fifo.make(path);
    List<String> done = new ArrayList<>();
    try (Log log = new Log(folder.resolve("log"));
        EventLoop loop = new EventLoop(Self::monotonicMs, log);
        Fifo fifo = Fifo.openReadWrite(path)) {
      EventLoop.Watch watch =
          loop.watch(
              fifo.descriptor(),
              Epoll.IN,
              events -> {
                fifo.drain(1);
                done.add("token");
                loop.stop();
              });
      loop.after(
          1,
          () -> {
            done.add("timer");
            Thread.ofPlatform().start(() -> loop.post(() -> put(fifo, done)));
          });
      loop.run();
      watch.close();
    }
    assertThat(done).containsExactly("timer", "task", "token");
  }

  private static void put(Fifo fifo, List<String> done) {
    done.add("task");
    try {
      fifo.put(1);
    } catch (java.io.IOException failure) {
      throw new AssertionError(failure);
    }
  }
}
