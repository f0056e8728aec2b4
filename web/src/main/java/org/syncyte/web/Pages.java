package org.syncyte.web;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;

/// Every page of the hub: a template that is checked against the record it shows.
@CheckedTemplate
public final class Pages {
  private Pages() {}

  public static native TemplateInstance home(HomePage page);

  public static native TemplateInstance coverage(CoveragePage page);

  public static native TemplateInstance federations(FederationsPage page);

  public static native TemplateInstance docs(DocsPage page);

  public static native TemplateInstance card(CardView page);

  public static native TemplateInstance map(MapView page);

  public static native TemplateInstance training(TrainingView page);

  public static native TemplateInstance evaluation(EvaluationView page);

  public static native TemplateInstance genes(GenesView page);

  public static native TemplateInstance trust(TrustView page);

  public static native TemplateInstance files(FilesView page);

  public static native TemplateInstance blob(BlobView page);

  public static native TemplateInstance history(HistoryView page);

  public static native TemplateInstance compare(CompareView page);

  public static native TemplateInstance use(UseView page);

  public static native TemplateInstance about(AboutPage page);

  public static native TemplateInstance login(LoginPage page);

  public static native TemplateInstance profile(ProfilePage page);

  public static native TemplateInstance tokens(TokensPage page);

  public static native TemplateInstance webhooks(WebhooksPage page);

  public static native TemplateInstance owner(OwnerPage page);

  public static native TemplateInstance discussions(DiscussionsView page);

  public static native TemplateInstance discussion(DiscussionView page);

  public static native TemplateInstance access(AccessView page);

  public static native TemplateInstance settings(SettingsView page);

  public static native TemplateInstance upload(UploadView page);

  public static native TemplateInstance newModel(NewModelPage page);

  public static native TemplateInstance error(ErrorPage page);
}
