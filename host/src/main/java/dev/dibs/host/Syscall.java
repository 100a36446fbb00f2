package dev.dibs.host;

/**
 * The system calls in use, with their numbers on x86-64 ({@code asm/unistd_64.h}) and aarch64
 * ({@code asm-generic/unistd.h}).
 */
enum Syscall {
  READ(0, 63),
  WRITE(1, 64),
  CLOSE(3, 57),
  RT_SIGACTION(13, 134),
  RT_SIGPROCMASK(14, 135),
  IOCTL(16, 29),
  GETPID(39, 172),
  SOCKET(41, 198),
  SENDTO(44, 206),
  RECVMSG(47, 212),
  BIND(49, 200),
  LISTEN(50, 201),
  GETSOCKNAME(51, 204),
  SOCKETPAIR(53, 199),
  SETSOCKOPT(54, 208),
  GETSOCKOPT(55, 209),
  WAIT4(61, 260),
  FCNTL(72, 25),
  FLOCK(73, 32),
  UMASK(95, 166),
  GETEUID(107, 175),
  SCHED_SETSCHEDULER(144, 119),
  MOUNT(165, 40),
  UMOUNT2(166, 39),
  SCHED_SETAFFINITY(203, 122),
  SCHED_GETAFFINITY(204, 123),
  GETDENTS64(217, 61),
  EPOLL_CTL(233, 21),
  IOPRIO_SET(251, 30),
  INOTIFY_ADD_WATCH(254, 27),
  INOTIFY_RM_WATCH(255, 28),
  OPENAT(257, 56),
  MKDIRAT(258, 34),
  MKNODAT(259, 33),
  READLINKAT(267, 78),
  PPOLL(271, 73),
  EPOLL_PWAIT(281, 22),
  ACCEPT4(288, 242),
  EVENTFD2(290, 19),
  EPOLL_CREATE1(291, 20),
  PIPE2(293, 59),
  INOTIFY_INIT1(294, 26),
  PRLIMIT64(302, 261),
  STATX(332, 291),
  PIDFD_SEND_SIGNAL(424, 424),
  PIDFD_OPEN(434, 434);

  /** The number on this machine. */
  final long number;

  Syscall(int onX86, int onArm) {
    this.number =
        switch (Architecture.current()) {
          case X86_64 -> onX86;
          case AARCH64 -> onArm;
        };
  }
}
