package com.example.sluice;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Column;
import dev.sluice.operators.data.DoubleColumn;
import dev.sluice.operators.data.FlatColumn;
import dev.sluice.operators.data.Validity;
import dev.sluice.operators.function.ColumnFunction;
import dev.sluice.operators.function.FunctionDoc;
import dev.sluice.operators.function.Nulls;
import java.util.List;

/** {@code haversine_km(lat1, lon1, lat2, lon2)}: the distance of two places on the earth. */
public final class Haversine extends ColumnFunction {
  private static final double EARTH_KM = 6371.0088;

  public Haversine() {
    super(
        "haversine_km",
        List.of(AtomicType.DOUBLE, AtomicType.DOUBLE, AtomicType.DOUBLE, AtomicType.DOUBLE),
        AtomicType.DOUBLE,
        FunctionDoc.of(
            "geo",
            "haversine_km(lat1, lon1, lat2, lon2)",
            "The distance of two places in kilometres, their degrees given.",
            FunctionDoc.example("round(haversine_km(52.52, 13.405, 48.8566, 2.3522), 1)", "877.5")));
  }

  @Override
  protected Column apply(List<FlatColumn> arguments, int rows) {
    double[] lat1 = ((DoubleColumn) arguments.get(0)).values();
    double[] lon1 = ((DoubleColumn) arguments.get(1)).values();
    double[] lat2 = ((DoubleColumn) arguments.get(2)).values();
    double[] lon2 = ((DoubleColumn) arguments.get(3)).values();
    // Null where any argument is null. What is computed for such rows means nothing.
    Validity validity = Nulls.of(arguments, rows);
    double[] kilometres = new double[rows];
    for (int row = 0; row < rows; row++) {
      double phi1 = Math.toRadians(lat1[row]);
      double phi2 = Math.toRadians(lat2[row]);
      double sinPhi = Math.sin((phi2 - phi1) / 2);
      double sinLambda = Math.sin(Math.toRadians(lon2[row] - lon1[row]) / 2);
      double a = sinPhi * sinPhi + Math.cos(phi1) * Math.cos(phi2) * sinLambda * sinLambda;
      kilometres[row] = 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(a)));
    }
    return new DoubleColumn(AtomicType.DOUBLE, kilometres, validity, rows);
  }
}
