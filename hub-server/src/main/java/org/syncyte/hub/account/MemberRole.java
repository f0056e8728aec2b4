package org.syncyte.hub.account;

import java.util.Locale;

/// What a member may do with what an organisation has. Each role includes the ones before it.
public enum MemberRole {
  /// Reads what is private.
  READ,
  /// Changes repositories, and makes and removes them.
  WRITE,
  /// Decides who is a member.
  ADMIN;

  public boolean includes(MemberRole needed) {
    return compareTo(needed) >= 0;
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static MemberRole of(String word) {
    for (var role : values()) {
      if (role.word().equals(word.toLowerCase(Locale.ROOT))) {
        return role;
      }
    }
    throw new IllegalArgumentException("role '" + word + "': use read, write or admin");
  }
}
