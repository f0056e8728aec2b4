package org.syncyte.hub.xet;

import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.HubSettings;
import org.syncyte.hub.blob.BlobStore;

/// The xorbs on disk, below `xet` in the data directory.
///
/// They outlive the files built from them: for three weeks a client remembers which chunks this
/// address has, and then refers to them without sending them again. So a lost xorb would make its
/// uploads fail for as long. What a client remembers belongs to an address, therefore the address
/// contains an epoch, drawn when the directory is new: whoever removes `xet` gets another epoch,
/// and clients send everything again. A xorb that no shard mentioned for thirty days is in no
/// client's memory, and goes.
@Startup
@ApplicationScoped
class Xorbs {
  private static final Logger LOG = Logger.getLogger(Xorbs.class);
  private static final Duration KEPT = Duration.ofDays(30);
  private final AtomicReference<Instant> swept = new AtomicReference<>(Instant.EPOCH);
  private final Path directory;
  private final BlobStore packed;
  private final XorbIndex index;

  Xorbs(HubSettings settings, XorbIndex index) throws IOException {
    directory = settings.dataDir().toAbsolutePath().resolve("xet");
    packed = new BlobStore(directory);
    this.index = index;
  }

  String epoch() {
    Path file = directory.resolve("epoch");
    try {
      try {
        return Files.readString(file).strip();
      } catch (NoSuchFileException _) {
        String drawn = Long.toString(Instant.now().toEpochMilli());
        Files.writeString(file, drawn, StandardOpenOption.CREATE_NEW);
        return drawn;
      }
    } catch (FileAlreadyExistsException _) {
      return epoch();
    } catch (IOException failure) {
      throw BlobStore.refusal(failure);
    }
  }

  /// Checks and keeps a xorb; false if this account had sent it before.
  boolean put(XetHash name, InputStream body, long accountId) {
    try (var target = packed.receive(Xorb.MAX_SIZE)) {
      var xorb = Xorb.read(body, target);
      if (!xorb.hash().equals(name)) {
        throw new XetFormatException(
            "the xorb is " + xorb.hash() + ", not " + name + "; nothing was stored");
      }
      var before = index.mention(name).filter(packed::has);
      var stored =
          before.isPresent()
              ? new BlobStore.Stored(before.get(), Files.size(packed.path(before.get())))
              : target.keep(null, xorb.size());
      return index.add(xorb, stored, accountId);
    } catch (IOException failure) {
      throw BlobStore.refusal(failure);
    }
  }

  /// The chunks of a xorb; empty if it is not here.
  Optional<XorbFile> open(XetHash name) {
    return index
        .sha256(name)
        .filter(packed::has)
        .map(sha256 -> {
          try {
            return XorbFile.open(packed.path(sha256));
          } catch (IOException failure) {
            throw missing(name, failure);
          }
        });
  }

  /// True if the xorb is here; from now on it stays for as long as clients may remember it.
  boolean mention(XetHash name) {
    return index.mention(name).filter(packed::has).isPresent();
  }

  /// Removes xorbs that no client can remember any more; files built from them stay. Returns how
  /// many.
  int sweep(Instant now) {
    return index.drop(now.minus(KEPT), packed::remove);
  }

  /// Sweeps once a day, when somebody begins an upload.
  void sweepDaily() {
    var now = Instant.now();
    var last = swept.get();
    if (last.plus(Duration.ofDays(1)).isBefore(now) && swept.compareAndSet(last, now)) {
      int removed = sweep(now);
      if (removed > 0) {
        LOG.infof("removed %d xorbs that nobody mentioned for %s", removed, KEPT);
      }
    }
  }

  static HubException missing(XetHash name) {
    return new HubException(ErrorCode.UNPROCESSABLE, explained(name));
  }

  private static HubException missing(XetHash name, IOException cause) {
    return new HubException(ErrorCode.UNPROCESSABLE, explained(name), cause);
  }

  private static String explained(XetHash name) {
    return "unknown xorb "
        + name
        + ": your client expects the hub to have content that it does not have. Remove the folder"
        + " 'xet' of your client's cache (HF_HOME) and try again; the hub's operator cures it for"
        + " all clients by removing 'xet/epoch' from the data directory";
  }
}
