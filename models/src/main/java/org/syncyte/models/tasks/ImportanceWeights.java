package org.syncyte.models.tasks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.syncyte.anndata.loader.DataSource;
import org.syncyte.models.Fit;
import org.syncyte.models.distributions.Beta;
import org.syncyte.models.distributions.Distribution;
import org.syncyte.models.distributions.NegativeBinomial;
import org.syncyte.models.distributions.NegativeBinomialMixture;
import org.syncyte.models.distributions.Normal;
import org.syncyte.models.distributions.Poisson;
import org.syncyte.models.distributions.RandomNoise;
import org.syncyte.models.distributions.Scaled;
import org.syncyte.models.distributions.ZeroInflatedNegativeBinomial;
import org.syncyte.models.nn.Pass;

/// How well places in latent space explain a group of cells, so that draws follow the group's true
/// posterior rather than the encoder's guess:
///
///     log w_i = log N(z_i; 0, I) - logsumexp_k log q_k(z_i)
///               + logsumexp_j [log p(x_j | ρ_i L_j, θ_i, π_i) - log p̂(x_j)]
///
/// over anchors j, k: cells of the group, at most 1,024 at random. L_j is an anchor's total count
/// and p̂ its marginal likelihood from 500 samples. Weights are the softmax of log w.
///
/// Places are drawn for every cell of the group, or for as many random cells as draws are wanted if
/// that is fewer. The work is places × anchors × genes: some minutes for a group of thousands.
final class ImportanceWeights {
  private static final int ANCHORS = 1024;
  private static final int MARGINAL_SAMPLES = 500;
  private static final float HALF_LOG_TWO_PI = (float) (0.5 * Math.log(2 * Math.PI));

  private ImportanceWeights() {}

  /// `count` draws of normalised expression, each place as often as its weight says.
  ///
  /// @param batch code of the batch to decode as, or -1 for each cell's own
  static Draws draw(
      Fit fit, DataSource data, int[] cells, long batch, int count, RandomGenerator random) {
    data.requireCounts("weighing draws by importance");
    var group = sample(cells, Math.min(cells.length, count), random);
    int each = count / group.length + 1;
    var chosen = IntStream.range(0, group.length * each).map(i -> group[i / each]).toArray();
    var anchors = sample(cells, Math.min(cells.length, ANCHORS), random);
    var noise = new RandomNoise(random);
    var marginal =
        MarginalLikelihood.of(fit, new Selection(data, anchors), MARGINAL_SAMPLES, noise);
    var expression = new float[chosen.length][];
    var logWeights = new double[chosen.length];
    int latent = fit.model().latent();
    var around = LatentRepresentation.of(fit, new Selection(data, anchors));
    var counts = data.read(anchors).counts();
    var totals = new float[anchors.length];
    for (int j = 0; j < totals.length; j++) {
      totals[j] = (float) counts.total(j);
    }
    var dense = counts.toDense().values();
    Pages.walk(
        fit,
        new Selection(data, chosen),
        (first, page, arrays) -> {
          var posterior = fit.model().inference(page, Pass.atMean());
          var y = posterior.latent().sample(noise);
          var at =
              fit.model()
                  .cached(new Normal(y, Scaled.by(y, 0f)), posterior.logLibrary(), Pass.atMean());
          var seen = batch < 0 ? page : NormalizedExpression.elsewhere(page, batch);
          var generated = fit.model().generative(seen, at, Pass.atMean());
          var x = arrays.create(dense, new Shape(anchors.length, data.genes()));
          var library = arrays.create(totals, new Shape(anchors.length, 1));
          var places = y.toFloatArray();
          int genes = data.genes();
          var scale = generated.scale().toFloatArray();
          for (int i = 0; i < scale.length / genes; i++) {
            expression[first + i] = Arrays.copyOfRange(scale, i * genes, (i + 1) * genes);
            var z = Arrays.copyOfRange(places, i * latent, (i + 1) * latent);
            var fits = fits(arrays, generated.counts(), generated.scale(), i, library, x);
            var explained = new MarginalLikelihood.LogSum();
            for (int j = 0; j < fits.length; j++) {
              explained.add(fits[j] - marginal[j]);
            }
            logWeights[first + i] = explained.value() + standard(z) - mixture(z, around);
          }
        });
    return resampled(expression, logWeights, count, data.genes(), random);
  }

  /// Log-probability of every anchor's counts under row `i`, at the anchor's own library size.
  private static float[] fits(
      NDManager parent, Distribution of, NDArray scale, int i, NDArray library, NDArray x) {
    try (var scope = parent.newSubManager()) {
      scope.tempAttachAll(library, x);
      var mu = library.mul(row(scope, scale, i));
      var counts =
          switch (of) {
            case ZeroInflatedNegativeBinomial zinb ->
                new ZeroInflatedNegativeBinomial(
                    mu, row(scope, zinb.theta(), i), row(scope, zinb.logits(), i));
            case NegativeBinomial nb -> new NegativeBinomial(mu, row(scope, nb.theta(), i));
            case Poisson _ -> new Poisson(mu);
            case Normal normal -> new Normal(mu, row(scope, normal.variance(), i));
            case NegativeBinomialMixture _, Beta _ ->
                throw new IllegalArgumentException(
                    "draws cannot be weighed by a likelihood that knows no library size; leave"
                        + " importance out");
          };
      return counts.logProbability(x).sum(new int[] {-1}).toFloatArray();
    }
  }

  /// Row `i`, or the whole of what is the same for all rows.
  private static NDArray row(NDManager scope, NDArray parameter, int i) {
    var row = parameter.getShape().dimension() == 2 ? parameter.get(i) : parameter.duplicate();
    row.attach(scope);
    return row;
  }

  private static double standard(float[] z) {
    double sum = 0;
    for (float value : z) {
      sum -= 0.5 * value * value + HALF_LOG_TWO_PI;
    }
    return sum;
  }

  private static double mixture(float[] z, Latent around) {
    var mixture = new MarginalLikelihood.LogSum();
    for (int k = 0; k < around.mean().rows(); k++) {
      double sum = 0;
      for (int d = 0; d < z.length; d++) {
        double off = z[d] - around.mean().at(k, d);
        double variance = around.variance().at(k, d);
        sum -= 0.5 * (off * off / variance + Math.log(variance)) + HALF_LOG_TWO_PI;
      }
      mixture.add(sum);
    }
    return mixture.value();
  }

  private static Draws resampled(
      float[][] expression, double[] logWeights, int count, int genes, RandomGenerator random) {
    double top = Arrays.stream(logWeights).max().orElse(0);
    var cumulated = new double[logWeights.length];
    double sum = 0;
    for (int i = 0; i < cumulated.length; i++) {
      sum += Math.exp(logWeights[i] - top);
      cumulated[i] = sum;
    }
    var values = new float[genes][count];
    for (int draw = 0; draw < count; draw++) {
      int found = Arrays.binarySearch(cumulated, random.nextDouble() * sum);
      int at = Math.min(found < 0 ? -found - 1 : found, cumulated.length - 1);
      for (int g = 0; g < genes; g++) {
        values[g][draw] = expression[at][g];
      }
    }
    return new Draws.Floats(values);
  }

  /// Some cells without repetition, in a random order.
  private static int[] sample(int[] cells, int count, RandomGenerator random) {
    var shuffled = cells.clone();
    for (int i = 0; i < count; i++) {
      int j = i + random.nextInt(shuffled.length - i);
      int swapped = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = swapped;
    }
    return Arrays.copyOf(shuffled, count);
  }
}
