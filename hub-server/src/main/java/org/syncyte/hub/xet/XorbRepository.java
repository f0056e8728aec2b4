package org.syncyte.hub.xet;

import jakarta.data.repository.Find;
import jakarta.data.repository.Repository;
import java.util.Optional;

@Repository
interface XorbRepository {
  @Find
  Optional<StoredXorb> xorb(String hash);
}
