package org.syncyte.web;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What stands above every part of a model's page.
///
/// @param revision the branch, tag or commit being looked at
/// @param sha the commit it resolves to; empty for a repository without commits
/// @param tags each leads to the models that share it
/// @param facts key facts, shown as a strip
/// @param notices things a reader must know: incomplete, moved, private
/// @param tabs parts that exist for this model
public record ModelHead(
    Hub hub,
    String namespace,
    String name,
    String revision,
    String sha,
    @Nullable String modelClass,
    @Nullable String summary,
    List<Link> tags,
    List<Fact> facts,
    List<String> notices,
    Set<ModelTab> tabs,
    ModelTab current) {
  public static final String MAIN = "main";

  public ModelHead {
    tags = List.copyOf(tags);
    facts = List.copyOf(facts);
    notices = List.copyOf(notices);
    tabs = Set.copyOf(tabs);
  }

  public String id() {
    return namespace + "/" + name;
  }

  public String base() {
    return "/" + id();
  }

  public String shortSha() {
    return sha.substring(0, Math.min(8, sha.length()));
  }

  public boolean main() {
    return revision.equals(MAIN);
  }

  public String href(ModelTab tab) {
    if (tab.namesRevision()) {
      return base() + tab.path + encode(revision);
    }
    return base() + tab.path + (main() ? "" : "?revision=" + encode(revision));
  }

  public String cardHref() {
    return href(ModelTab.CARD);
  }

  public String filesHref() {
    return href(ModelTab.FILES);
  }

  public String genesHref() {
    return base() + ModelTab.GENES.path;
  }

  public String mapHref() {
    return href(ModelTab.MAP);
  }

  public String trainingHref() {
    return href(ModelTab.TRAINING);
  }

  public String trustHref() {
    return href(ModelTab.TRUST);
  }

  public String useHref() {
    return href(ModelTab.USE);
  }

  /// Address of a file's bytes at exactly this commit; never changes.
  public String resolve(String path) {
    return base() + "/resolve/" + (sha.isEmpty() ? encode(revision) : sha) + "/" + encodePath(path);
  }

  public String blob(String path) {
    return base() + "/blob/" + encode(revision) + "/" + encodePath(path);
  }

  public String tree(String path) {
    return base() + "/tree/" + encode(revision) + (path.isEmpty() ? "" : "/" + encodePath(path));
  }

  public List<Link> links() {
    var links = new ArrayList<Link>();
    for (var tab : ModelTab.values()) {
      if (tabs.contains(tab)) {
        links.add(new Link(tab.label, href(tab), tab == current));
      }
    }
    return links;
  }

  /// The same head above another part.
  public ModelHead at(ModelTab tab) {
    return new ModelHead(
        hub, namespace, name, revision, sha, modelClass, summary, tags, facts, notices, tabs, tab);
  }

  public String title() {
    return (current == ModelTab.CARD ? "" : current.label + " – ") + id() + " – " + hub.name();
  }

  public static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  public static String encodePath(String path) {
    return encode(path).replace("%2F", "/");
  }
}
