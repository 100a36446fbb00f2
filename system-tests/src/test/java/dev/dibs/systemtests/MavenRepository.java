package dev.dibs.systemtests;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

/**
 * A remote Maven repository of a few tiny artifacts. It keeps the beginners of a round waiting for
 * each other, so that they all want the same files at once, and notes whether two of them download
 * the same file, which happens only if no lock keeps the second one out.
 */
final class MavenRepository implements AutoCloseable {

  static final int LIBRARIES = 5;
  private static final int BEGINNERS_MAX = 8;

  private static final Duration BEGINNERS_WAIT = Duration.ofSeconds(30);

  private final HttpServer server;
  private final Map<String, byte[]> files = new TreeMap<>();
  private final Map<String, AtomicInteger> downloads = new ConcurrentHashMap<>();
  private final List<String> twice = new CopyOnWriteArrayList<>();
  private final AtomicInteger beginners = new AtomicInteger();
  private volatile int awaitedBeginners;
  private volatile Duration heldUp = Duration.ZERO;

  MavenRepository() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::serve);
    fill();
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  /**
   * So many begin now, and wait for each other.
   *
   * @param heldUp how long a download of the first library waits for a second one of the same file
   */
  void beginRound(int count, Duration heldUp) {
    this.heldUp = heldUp;
    awaitedBeginners = count;
    beginners.set(0);
    downloads.clear();
    twice.clear();
  }

  /** The files that were downloaded twice in this round. */
  List<String> twice() {
    return List.copyOf(twice);
  }

  /** How many downloads began in this round. */
  int downloads() {
    return downloads.values().stream().mapToInt(AtomicInteger::get).sum();
  }

  /**
   * The files of ours in a local repository that are not what they are here.
   *
   * @param local the local repository
   */
  List<String> damagedIn(Path local) {
    return files.entrySet().stream()
        .filter(file -> !file.getKey().endsWith(".sha1"))
        .filter(file -> Files.exists(local.resolve(file.getKey())))
        .filter(file -> !isWhole(local.resolve(file.getKey()), file.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean isWhole(Path file, byte[] content) {
    try {
      return MessageDigest.isEqual(Files.readAllBytes(file), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fill() {
    for (int i = 0; i < LIBRARIES; i++) {
      String next = i + 1 < LIBRARIES ? dependency("lib" + (i + 1)) : "";
      put("lib" + i, "pom", pom("lib" + i, "jar", "<dependencies>" + next + "</dependencies>"));
      put("lib" + i, "jar", jar("lib" + i));
    }
    for (int i = 0; i < BEGINNERS_MAX; i++) {
      put("begin" + i, "pom", pom("begin" + i, "pom", ""));
    }
  }

  private static String dependency(String name) {
    return "<dependency><groupId>t</groupId><artifactId>%s</artifactId><version>1</version></dependency>"
        .formatted(name);
  }

  private static byte[] pom(String name, String packaging, String rest) {
    return """
    <project><modelVersion>4.0.0</modelVersion><groupId>t</groupId><artifactId>%s</artifactId>
    <version>1</version><packaging>%s</packaging>%s</project>
    """
        .formatted(name, packaging, rest)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] jar(String name) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes)) {
      jar.putNextEntry(new ZipEntry(name + ".txt"));
      jar.write(name.repeat(10_000).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void put(String name, String type, byte[] content) {
    String path = "t/%s/1/%s-1.%s".formatted(name, name, type);
    files.put(path, content);
    try {
      byte[] sum = MessageDigest.getInstance("SHA-1").digest(content);
      files.put(path + ".sha1", HexFormat.of().formatHex(sum).getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath().substring(1);
      byte[] content = files.get(path);
      if (path.startsWith("t/begin") && path.endsWith(".pom")) {
        beginners.incrementAndGet();
        Until.becomesTrue(() -> beginners.get() >= awaitedBeginners, BEGINNERS_WAIT);
      }
      if (content == null) {
        exchange.sendResponseHeaders(404, -1);
      } else {
        note(path);
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content);
      }
    }
  }

  /** The first library is what is looked at; the others are there to be killed at. */
  private void note(String path) {
    AtomicInteger count = downloads.computeIfAbsent(path, p -> new AtomicInteger());
    int mine = count.incrementAndGet();
    if (path.startsWith("t/lib0/") && !path.endsWith(".sha1")) {
      if (mine > 1) {
        twice.add(path);
      }
      Until.becomesTrue(() -> count.get() > 1, heldUp);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
