package org.syncyte.hub.search;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.syncyte.hub.account.CurrentCaller;
import org.syncyte.hub.repo.Search;

/// Ranks models by a list of genes, for programs. Nothing about the list is kept.
@Path("/api/v1/coverage")
@RunOnVirtualThread
class CoverageRoutes {
  private final Coverage coverage;
  private final CurrentCaller current;

  CoverageRoutes(Coverage coverage, CurrentCaller current) {
    this.coverage = coverage;
    this.current = current;
  }

  public record Question(@Nullable List<String> genes) {}

  public record Model(String id, int genes, int covered, double coverage) {}

  /// @param known genes of the list that some model here knows
  public record Answer(int genes, int known, int models, List<Model> matches) {}

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Answer json(
      Question question,
      @QueryParam("search") @Nullable String text,
      @QueryParam("filter") @Nullable List<String> filters,
      @QueryParam("limit") @DefaultValue("50") int limit) {
    var genes = question.genes() == null ? List.<String>of() : question.genes();
    return answer(genes, text, filters, limit);
  }

  /// One gene a line.
  @POST
  @Consumes(MediaType.TEXT_PLAIN)
  public Answer lines(
      String genes,
      @QueryParam("search") @Nullable String text,
      @QueryParam("filter") @Nullable List<String> filters,
      @QueryParam("limit") @DefaultValue("50") int limit) {
    return answer(Coverage.names(genes), text, filters, limit);
  }

  private Answer answer(
      List<String> genes, @Nullable String text, @Nullable List<String> filters, int limit) {
    var search = Search.text(text, filters == null ? List.of() : filters, 0, 1);
    var ranking = coverage.rank(genes, search, current.caller(), Math.clamp(limit, 1, 1000));
    return new Answer(
        ranking.genes(),
        ranking.known(),
        ranking.models(),
        ranking.matches().stream()
            .map(match ->
                new Model(
                    match.repo().id().toString(), match.genes(), match.covered(), match.coverage()))
            .toList());
  }
}
