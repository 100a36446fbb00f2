package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What nobody should do with the files: the right error, harm to nobody, nothing left over. */
class FileSystemBadInputTest {

  /** What a daemon with a mount may have, KiB; and some room for a young JVM's ways. */
  private static final long MEMORY_KIB_MAX = 128 * 1024;

  /** An answer while thousands wait, on a busy machine. */
  private static final Duration SOON = Duration.ofSeconds(20);

  /** Prints the name of the error that each attempt gives, or OK. */
  private static final String ATTEMPTS =
      """
      import ctypes, errno, os, socket, sys
      os.chdir(sys.argv[1])
      NAMES = {35: "EDEADLK", 95: "EOPNOTSUPP"}
      libc = ctypes.CDLL(None, use_errno=True)
      libc.mmap.restype = ctypes.c_void_p
      libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
      libc.fallocate.argtypes = [ctypes.c_int] * 2 + [ctypes.c_long] * 2
      def attempt(name, action):
          try:
              action()
              print(name, "OK", flush=True)
          except OSError as e:
              print(name, NAMES.get(e.errno, errno.errorcode[e.errno]), flush=True)
      def checked(result):
          if result < 0:
              raise OSError(ctypes.get_errno(), "")
      def opened(path, flags, action=lambda fd: None):
          fd = os.open(path, flags)
          try:
              action(fd)
          finally:
              os.close(fd)
      def expect(condition):
          if not condition:
              raise AssertionError()
      R, W, RW, N = os.O_RDONLY, os.O_WRONLY, os.O_RDWR, os.O_NONBLOCK
      """;

  @RegisterExtension final Dibs dibs = Dibs.withPool(2);

  @BeforeEach
  void mount() {
    dibs.startedDaemon();
    assumeTrue(
        Mounts.below(dibs.directory()).contains(files().toString()), "missing: a file system");
  }

  @AfterEach
  void allIsAsBefore() {
    Until.holds("a free pool", () -> text("pool/cpu/used").equals("0"));
    Until.holds("nobody waits", () -> text("pool/cpu/waiting").equals("0"));
    assertThat(Texts.read(dibs.directory().resolve("daemon.log.0"))).doesNotContain("BUG");
  }

  private Path files() {
    return dibs.directory().resolve("fs");
  }

  private String file(String name) {
    return files().resolve(name).toString();
  }

  private String text(String name) {
    return dibs.plain("timeout", "20", "cat", file(name)).end().well().out().strip();
  }

  private Ended attempts(String script) {
    String program = ATTEMPTS + script;
    return dibs.plain(Tool.PYTHON.require().toString(), "-c", program, files().toString())
        .end()
        .well();
  }

  @Test
  void readsOfAnySizeGiveWhatIsThere() {
    attempts(
        """
        def sizes(fd):
            expect(os.read(fd, 0) == b"")
            text = os.read(fd, 1000000)
            expect(len(text) > 100 and os.read(fd, 1000000) == b"")
            expect(os.pread(fd, 5, 3) == text[3:8])
            expect(os.pread(fd, 5, 1 << 40) == b"")
        opened("README", R, sizes)
        opened("status.json", R, sizes)
        opened("run/1", R, sizes)
        def claimed(fd):
            expect(os.read(fd, 0) == b"")
            expect(os.read(fd, 1) == b"o" and os.read(fd, 1000000).startswith(b"k 1"))
        opened("job/1", RW, claimed)
        """);
  }

  @Test
  void whatIsNotForThatIsRefused() {
    Ended ended =
        attempts(
            """
            attempt("write job", lambda: opened("job/1", RW, lambda fd: os.write(fd, os.urandom(100000))))
            attempt("write lock", lambda: opened("lock/a", W, lambda fd: os.write(fd, b"x")))
            attempt("open help", lambda: opened("README", RW))
            attempt("open fact", lambda: opened("pool/cpu/size", W))
            attempt("open folder", lambda: opened("run", RW))
            attempt("job for writing", lambda: opened("job/1", W))
            attempt("create", lambda: opened("new", W | os.O_CREAT))
            attempt("create below", lambda: opened("pool/cpu/new", W | os.O_CREAT))
            attempt("tmpfile", lambda: opened("run", W | os.O_TMPFILE))
            attempt("truncate", lambda: os.truncate("README", 0))
            attempt("truncate fact", lambda: os.truncate("pool/cpu/size", 5))
            attempt("grow lock", lambda: os.truncate("lock/a", 5))
            attempt("empty lock", lambda: opened("lock/a", W | os.O_CREAT | os.O_TRUNC))
            attempt("rename", lambda: os.rename("README", "README2"))
            attempt("rename lock", lambda: os.rename("lock/a", "lock/b"))
            attempt("unlink", lambda: os.unlink("README"))
            attempt("unlink lock", lambda: os.unlink("lock/a"))
            attempt("rmdir", lambda: os.rmdir("run"))
            attempt("mkdir", lambda: os.mkdir("new"))
            attempt("mknod", lambda: os.mknod("new", 0o600))
            attempt("mkfifo", lambda: os.mkfifo("new"))
            attempt("link", lambda: os.link("README", "new"))
            attempt("symlink", lambda: os.symlink("README", "new"))
            attempt("readlink", lambda: os.readlink("README"))
            attempt("chmod", lambda: os.chmod("job/1", 0o777))
            attempt("chown", lambda: os.chown("job/1", 1, 1))
            attempt("utime", lambda: os.utime("README"))
            attempt("setxattr", lambda: os.setxattr("job/1", "user.a", b"b"))
            attempt("getxattr", lambda: os.getxattr("job/1", "user.a"))
            attempt("removexattr", lambda: os.removexattr("job/1", "user.a"))
            attempt("fallocate", lambda: opened("lock/a", W, lambda fd: checked(libc.fallocate(fd, 0, 0, 10))))
            attempt("shared mmap", lambda: opened("lock/a", RW, lambda fd: checked(-1 if libc.mmap(None, 4096, 3, 1, fd, 0) == ctypes.c_void_p(-1).value else 0)))
            attempt("bind", lambda: socket.socket(socket.AF_UNIX).bind("new"))
            attempt("exec", lambda: os.execv("./README", ["README"]))
            attempt("bad spec", lambda: os.stat("run/slots=0"))
            attempt("bad escape", lambda: os.stat("job/kind=%zz"))
            attempt("control character", lambda: os.stat("job/kind=a\\nb"))
            attempt("not UTF-8", lambda: os.stat(b"job/kind=\\xff"))
            attempt("no pool", lambda: opened("job/pool=none", RW))
            attempt("long name", lambda: os.stat("lock/" + "x" * 256))
            attempt("odd name", lambda: os.stat(b"lock/" + bytes(range(1, 47)) + bytes(range(48, 256))))
            attempt("no name", lambda: os.stat("nothing"))
            attempt("below a file", lambda: os.stat("README/x"))
            attempt("access", lambda: expect(os.access("README", os.R_OK) and not os.access("README", os.W_OK)))
            attempt("sync", lambda: opened("lock/a", W, os.fsync))
            attempt("statfs", lambda: os.statvfs("lock/a"))
            """);
    assertThat(ended.out().lines())
        .containsExactly(
            "write job EINVAL",
            "write lock EINVAL",
            "open help EACCES",
            "open fact EACCES",
            "open folder EISDIR",
            "job for writing EACCES",
            "create EACCES",
            "create below EACCES",
            "tmpfile EPERM",
            "truncate EPERM",
            "truncate fact EPERM",
            "grow lock EPERM",
            "empty lock OK",
            "rename EPERM",
            "rename lock EPERM",
            "unlink EPERM",
            "unlink lock EPERM",
            "rmdir EPERM",
            "mkdir EPERM",
            "mknod EPERM",
            "mkfifo EPERM",
            "link EPERM",
            "symlink EPERM",
            "readlink EINVAL",
            "chmod EPERM",
            "chown EPERM",
            "utime EPERM",
            "setxattr EOPNOTSUPP",
            "getxattr EOPNOTSUPP",
            "removexattr EOPNOTSUPP",
            "fallocate EOPNOTSUPP",
            "shared mmap ENODEV",
            "bind EPERM",
            "exec EACCES",
            "bad spec EINVAL",
            "bad escape EINVAL",
            "control character EINVAL",
            "not UTF-8 EINVAL",
            "no pool EINVAL",
            "long name ENAMETOOLONG",
            "odd name OK",
            "no name ENOENT",
            "below a file ENOTDIR",
            "access OK",
            "sync OK",
            "statfs OK");
  }

  /** Which is found by its name only, by whoever is in a run or becomes one by opening it. */
  @Test
  void theTokenFileIsNoFileLikeOthers() {
    Ended ended =
        attempts(
            """
            attempt("read nothing", lambda: opened("jobserver", RW, lambda fd: expect(os.read(fd, 0) == b"")))
            attempt("write nothing", lambda: opened("jobserver", RW, lambda fd: expect(os.write(fd, b"") == 0)))
            attempt("write much", lambda: opened("jobserver", RW, lambda fd: os.write(fd, os.urandom(100000))))
            attempt("shared mmap", lambda: opened("jobserver", RW, lambda fd: checked(-1 if libc.mmap(None, 4096, 3, 1, fd, 0) == ctypes.c_void_p(-1).value else 0)))
            attempt("fallocate", lambda: opened("jobserver", RW, lambda fd: checked(libc.fallocate(fd, 0, 0, 10))))
            attempt("grow", lambda: os.truncate("jobserver", 5))
            attempt("rename", lambda: os.rename("jobserver", "j"))
            attempt("unlink", lambda: os.unlink("jobserver"))
            attempt("link", lambda: os.link("jobserver", "j"))
            attempt("chmod", lambda: os.chmod("jobserver", 0o777))
            attempt("chown", lambda: os.chown("jobserver", 1, 1))
            attempt("touch", lambda: os.utime("jobserver"))
            attempt("setxattr", lambda: os.setxattr("jobserver", "user.a", b"b"))
            attempt("below it", lambda: os.stat("jobserver/x"))
            attempt("exec", lambda: os.execv("./jobserver", ["jobserver"]))
            """);
    assertThat(ended.out().lines())
        .containsExactly(
            "read nothing OK",
            "write nothing OK",
            "write much OK",
            "shared mmap ENODEV",
            "fallocate EOPNOTSUPP",
            "grow EPERM",
            "rename EPERM",
            "unlink EPERM",
            "link EPERM",
            "chmod EPERM",
            "chown EPERM",
            "touch OK",
            "setxattr EOPNOTSUPP",
            "below it ENOTDIR",
            "exec EACCES");
  }

  @Test
  void aHundredThousandNamesLeaveNothing() {
    attempts(
        """
        import random
        dice = random.Random(4)
        def nonsense(length):
            return bytes(dice.choice(ODD) for _ in range(length))
        ODD = [b for b in range(1, 256) if b != 47]
        for i in range(100000):
            folder = (b"", b"lock/", b"run/", b"job/", b"ask/", b"pool/", b"runs/", b"pool/cpu/")[i % 8]
            name = b"x%d" % i if i % 3 else nonsense(255 if i % 2 else 9)
            try:
                os.stat(folder + name)
            except OSError as e:
                expect(e.errno in (errno.ENOENT, errno.EINVAL))
        """);
    assertThat(memoryKib()).isLessThan(MEMORY_KIB_MAX);
    assertThat(text("status")).contains("Nothing runs");
  }

  private long memoryKib() {
    String status = Texts.read(Path.of("/proc/" + dibs.daemon().orElseThrow() + "/status"));
    return status
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .sum();
  }

  @Test
  void fourThousandBlockedOpenersAreHarmless() {
    String openers =
        """
        import threading
        threading.stack_size(65536)
        holder = os.open("lock/crowd", W)
        if os.fork() == 0:
            os.close(holder)
            def wait():
                os.close(os.open("lock/crowd", W))
                done.append(1)
            done = []
            threads = [threading.Thread(target=wait, daemon=True) for _ in range(4000)]
            for t in threads: t.start()
            print("crowded", flush=True)
            for t in threads: t.join()
            print("served", len(done), flush=True)
            os._exit(0)
        sys.stdin.read()
        os.close(holder)
        os.wait()
        """;
    String python = Tool.PYTHON.require().toString();
    Running crowd =
        dibs.plain(python, "-c", ATTEMPTS + openers, files().toString())
            .piped()
            .start()
            .says("crowded");
    for (String name : new String[] {"status", "README", "pool/cpu/size"}) {
      dibs.plain("cat", file(name)).start().endWithin(SOON).well();
    }
    dibs.plain("ls", "-lR", files().toString()).start().endWithin(SOON).well();
    assertThat(memoryKib()).isLessThan(MEMORY_KIB_MAX);
    crowd.closeInput();
    assertThat(crowd.end().well().out()).contains("served 4000");
  }

  @Test
  void aCrowdThatIsKilledIsForgotten() {
    String openers =
        """
        import threading
        threading.stack_size(65536)
        def wait(): os.open("job/1", RW)
        for _ in range(500): threading.Thread(target=wait, daemon=True).start()
        print("crowded", flush=True)
        sys.stdin.read()
        """;
    try (FileClient holder = FileClient.in(dibs)) {
      assertThat(holder.does("open a rw " + file("job/2"))).isEqualTo("open");
      String python = Tool.PYTHON.require().toString();
      Running crowd =
          dibs.plain(python, "-c", ATTEMPTS + openers, files().toString())
              .piped()
              .start()
              .says("crowded");
      Until.holds("500 wait", () -> text("pool/cpu/waiting").equals("500"));
      crowd.kill();
      Until.holds("nobody waits", () -> text("pool/cpu/waiting").equals("0"));
      assertThat(holder.does("close a")).isEqualTo("closed");
    }
  }

  @Test
  void aClientThatIsStoppedHoldsUpNobodyElse() {
    try (FileClient holder = FileClient.in(dibs);
        FileClient stopped = FileClient.in(dibs);
        FileClient other = FileClient.in(dibs)) {
      assertThat(holder.does("open a w " + file("lock/x"))).isEqualTo("open");
      stopped.tell("open a w " + file("lock/x")).isHeldUp();
      stopped.process().signalAll("STOP");
      assertThat(other.does("open b w " + file("lock/y"))).isEqualTo("open");
      other.tell("open a w " + file("lock/x")).isHeldUp();
      assertThat(holder.does("close a")).isEqualTo("closed");
      assertThat(other.hears()).isEqualTo("open");
      stopped.process().signalAll("CONT");
      assertThat(other.does("close a")).isEqualTo("closed");
      assertThat(stopped.hears()).isEqualTo("open");
    }
  }

  @Test
  void aPathThatLeadsHereIsNotLookedAtByTheDaemon() {
    String path =
        file("lock") + ":" + files().getParent() + "/./fs/run/../job:" + System.getenv("PATH");
    dibs.dibs("run", "--", "true").with("PATH", path).start().endWithin(SOON).well();
  }

  @Test
  void anotherUserIsRefused() {
    assumeTrue(System.getProperty("user.name").equals("root"), "missing: root");
    Tool.SETPRIV.require();
    String home = dibs.directory().resolveSibling(".").toString();
    dibs.plain("chmod", "711", home, dibs.directory().toString()).end().well();
    Ended ended =
        dibs.plain("setpriv", "--reuid=65534", "--clear-groups", "cat", file("README")).end();
    assertThat(ended.with(1).err()).contains("Permission denied");
  }
}
