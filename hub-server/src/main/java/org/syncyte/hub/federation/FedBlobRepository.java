package org.syncyte.hub.federation;

import jakarta.data.repository.Find;
import jakarta.data.repository.Insert;
import jakarta.data.repository.Repository;
import java.util.Optional;

@Repository
interface FedBlobRepository {
  @Insert
  void insert(FedBlob blob);

  @Find
  Optional<FedBlob> blob(String federation, String sha256);
}
