package org.syncyte.hub.webhook;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;

/// Where a webhook goes: a checked address, and the machine behind its name.
///
/// The hub stands inside networks that whoever makes a webhook may not see, so it calls no machine
/// that is not on the public internet, unless its operator says otherwise. A name may answer
/// differently each time it is asked; therefore it is asked once, and what was checked is what is
/// called.
record Destination(URI url, InetAddress machine) {
  private static final int LONGEST = 2000;

  static URI parse(String text) {
    URI url;
    try {
      url = new URI(text.strip());
    } catch (URISyntaxException bad) {
      throw refused("is no address");
    }
    String scheme = url.getScheme();
    if (text.length() > LONGEST
        || scheme == null
        || !(scheme.equals("https") || scheme.equals("http"))
        || url.getHost() == null
        || url.getUserInfo() != null
        || url.getPort() == 0
        || url.getPort() > 65_535) {
      throw refused(
          "must be http or https with a host, without a user, of at most "
              + LONGEST
              + " characters");
    }
    return url;
  }

  static Destination of(URI url, boolean allowPrivate) throws UnknownHostException {
    String host = url.getHost();
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    var machines = InetAddress.getAllByName(host);
    if (!allowPrivate) {
      for (var machine : machines) {
        if (!isPublic(machine)) {
          throw refused("leads to this machine or a private network, which this hub does not call");
        }
      }
    }
    return new Destination(url, machines[0]);
  }

  static boolean isPublic(InetAddress address) {
    if (address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    return bytes.length == 4
        ? isPublic(bytes[0] & 0xff, bytes[1] & 0xff, bytes[2] & 0xff)
        : isPublic6(bytes);
  }

  private static boolean isPublic(int a, int b, int c) {
    return a != 0
        && a < 240
        && !(a == 100 && (b & 0xc0) == 64)
        && !(a == 192 && b == 0 && c == 0)
        && !(a == 198 && (b & 0xfe) == 18);
  }

  /// Unique local addresses are private; those that carry an IPv4 address are as public as it is.
  private static boolean isPublic6(byte[] bytes) {
    if ((bytes[0] & 0xfe) == 0xfc) {
      return false;
    }
    int first = (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
    int second = (bytes[2] & 0xff) << 8 | bytes[3] & 0xff;
    boolean zeros = allZero(bytes, 0, 10);
    try {
      if (first == 0x2002) {
        return isPublic(InetAddress.getByAddress(Arrays.copyOfRange(bytes, 2, 6)));
      }
      if ((first == 0x0064 && second == 0xff9b) || zeros) {
        return isPublic(InetAddress.getByAddress(Arrays.copyOfRange(bytes, 12, 16)));
      }
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
    return true;
  }

  private static boolean allZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static HubException refused(String why) {
    return new HubException(ErrorCode.BAD_REQUEST, "the webhook's url " + why);
  }
}
