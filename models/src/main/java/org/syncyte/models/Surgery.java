package org.syncyte.models;

import java.util.Map;
import org.syncyte.models.nn.Freezing;

/// What stays of a reference while a query is learned, by the published names of the arguments.
public final class Surgery {
  private Surgery() {}

  /// @param arguments `unfrozen`, `freeze_dropout`, `freeze_expression`,
  ///   `freeze_decoder_first_layer`, `freeze_batchnorm_encoder`, `freeze_batchnorm_decoder`,
  ///   `freeze_classifier`, each true or false; absent ones take defaults. `as_published` brings
  ///   back accidents of the published rules.
  /// @throws IllegalArgumentException naming the argument, its value and the rule
  public static Freezing freezing(Map<String, String> arguments) {
    var a = new Arguments("query mapping", arguments);
    var usual = Freezing.DEFAULT;
    var freezing =
        new Freezing(
            a.flag("unfrozen", usual.unfrozen()),
            a.flag("freeze_dropout", usual.dropout()),
            a.flag("freeze_expression", usual.expression()),
            a.flag("freeze_decoder_first_layer", usual.decoderFirstLayer()),
            a.flag("freeze_batchnorm_encoder", usual.batchNormEncoder()),
            a.flag("freeze_batchnorm_decoder", usual.batchNormDecoder()),
            a.flag("freeze_classifier", usual.classifier()),
            a.flag("as_published", usual.asPublished()));
    a.refuseUnread();
    return freezing;
  }
}
