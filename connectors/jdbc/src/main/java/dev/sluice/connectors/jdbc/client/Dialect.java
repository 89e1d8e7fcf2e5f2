package dev.sluice.connectors.jdbc.client;

import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.DataType;
import dev.sluice.operators.data.DecimalType;
import dev.sluice.operators.data.TimeType;
import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** How the SQL of databases differs. Types are those that Spark creates. */
enum Dialect {
  POSTGRESQL {
    @Override
    Map<String, String> socketParameters(String url, long timeoutMillis) {
      Map<String, String> said =
          new HashMap<>(
              Map.of("tcpKeepAlive", "true", "socketFactory", KeepAliveSockets.class.getName()));
      if (timeoutMillis > 0) {
        said.put("socketTimeout", Long.toString(Math.max(1, (timeoutMillis + 999) / 1000)));
      }
      return unsaid(said, url);
    }

    @Override
    String type(DataType type, boolean key) {
      if (type instanceof AtomicType atomic) {
        return switch (atomic) {
          case TINYINT, SMALLINT -> "SMALLINT";
          case BOOLEAN -> "BOOLEAN";
          case FLOAT -> "FLOAT4";
          case DOUBLE -> "FLOAT8";
          case BINARY -> "BYTEA";
          case STRING -> "TEXT";
          case TIMESTAMP -> "TIMESTAMP WITH TIME ZONE";
          default -> super.type(type, key);
        };
      }
      return super.type(type, key);
    }

    /** Casts between timestamps with zone and others go by it; else the driver tells the JVM's. */
    @Override
    Optional<String> zoneStatement(ZoneId zone) {
      ZoneRules rules = zone.getRules();
      if (!rules.isFixedOffset()) {
        return Optional.of("SET TIME ZONE '" + zone.getId() + "'");
      }
      int seconds = rules.getOffset(Instant.EPOCH).getTotalSeconds();
      return Optional.of(
          seconds == 0
              ? "SET TIME ZONE 'UTC'"
              : "SET TIME ZONE INTERVAL '" + seconds + " seconds' HOUR TO MINUTE");
    }
  },
  MYSQL {
    /** Connector/J has the first and the last of them. */
    @Override
    Map<String, String> socketParameters(String url, long timeoutMillis) {
      Map<String, String> said =
          new HashMap<>(
              Map.of(
                  "tcpKeepAlive",
                  "true",
                  "tcpKeepIdle",
                  Integer.toString(KeepAliveSockets.IDLE_SECONDS),
                  "tcpKeepInterval",
                  Integer.toString(KeepAliveSockets.INTERVAL_SECONDS),
                  "tcpKeepCount",
                  Integer.toString(KeepAliveSockets.PROBES)));
      if (timeoutMillis > 0) {
        said.put("socketTimeout", Long.toString(timeoutMillis));
      }
      return unsaid(said, url);
    }

    /**
     * A TIMESTAMP goes to and fro as the session's clock shows it, which is the machine's: in UTC
     * there is no hour that comes twice. Both drivers have these words; who says others in the
     * address leaves it to the driver, as does who has it convert what a clock shows.
     */
    @Override
    Map<String, String> clockParameters(String url) {
      String words = url.toLowerCase(Locale.ROOT);
      return words.contains("timezone=") || words.contains("preserveinstants=true")
          ? Map.of()
          : Map.of("connectionTimeZone", "+00:00", "forceConnectionTimeZoneToSession", "true");
    }

    @Override
    String quote(String name) {
      return '`' + name.replace("`", "``") + '`';
    }

    @Override
    String type(DataType type, boolean key) {
      if (type instanceof AtomicType atomic) {
        return switch (atomic) {
          case TINYINT -> "TINYINT";
          case BOOLEAN -> "BOOLEAN";
          case FLOAT -> "FLOAT";
          case STRING -> key ? "VARCHAR(255)" : "LONGTEXT";
          case BINARY -> key ? "VARBINARY(255)" : "LONGBLOB";
          case TIMESTAMP -> "TIMESTAMP(6)";
          case TIMESTAMP_NTZ -> "DATETIME(6)";
          default -> super.type(type, key);
        };
      }
      return super.type(type, key);
    }

    @Override
    String upsert(String into, String rows, List<String> keys, List<String> others) {
      List<String> set = others.isEmpty() ? keys.subList(0, 1) : others;
      return "INSERT "
          + into
          + " "
          + rows
          + " ON DUPLICATE KEY UPDATE "
          + set.stream()
              .map(name -> quote(name) + " = VALUES(" + quote(name) + ")")
              .collect(Collectors.joining(", "));
    }
  },
  SQLITE {
    @Override
    String type(DataType type, boolean key) {
      if (type instanceof AtomicType atomic) {
        return switch (atomic) {
          case STRING -> "TEXT";
          case BOOLEAN -> "BOOLEAN";
          default -> super.type(type, key);
        };
      }
      return super.type(type, key);
    }

    @Override
    String lock(String select) {
      // A transaction that writes has the database for itself.
      return select;
    }
  },
  H2 {
    @Override
    String type(DataType type, boolean key) {
      if (type instanceof AtomicType atomic) {
        return switch (atomic) {
          case TINYINT -> "TINYINT";
          case SMALLINT -> "SMALLINT";
          case BOOLEAN -> "BOOLEAN";
          case STRING -> key ? "VARCHAR" : "CLOB";
          case BINARY -> key ? "VARBINARY" : "BLOB";
          case TIMESTAMP -> "TIMESTAMP(6) WITH TIME ZONE";
          case TIMESTAMP_NTZ -> "TIMESTAMP(6)";
          default -> super.type(type, key);
        };
      }
      return super.type(type, key);
    }

    @Override
    String upsert(String into, String rows, List<String> keys, List<String> others) {
      return "MERGE "
          + into
          + " KEY ("
          + keys.stream().map(this::quote).collect(Collectors.joining(", "))
          + ") "
          + rows;
    }
  },
  GENERIC;

  static Dialect of(String url) {
    String[] parts = url.split(":", 3);
    String name = parts.length > 1 ? parts[1] : "";
    return switch (name) {
      case "postgresql" -> POSTGRESQL;
      case "mysql", "mariadb" -> MYSQL;
      case "sqlite" -> SQLITE;
      case "h2" -> H2;
      default -> GENERIC;
    };
  }

  /**
   * What is said to the driver so that the session's clock shows UTC; none if that is not needed.
   */
  Map<String, String> clockParameters(String url) {
    return Map.of();
  }

  /**
   * What is said to the driver so that a connection that died in silence is not waited for for
   * ever; nothing that the address says itself.
   *
   * @param timeoutMillis how long an answer may take; 0 is no limit
   */
  Map<String, String> socketParameters(String url, long timeoutMillis) {
    return Map.of();
  }

  private static Map<String, String> unsaid(Map<String, String> parameters, String url) {
    String words = url.toLowerCase(Locale.ROOT);
    parameters.keySet().removeIf(name -> words.contains(name.toLowerCase(Locale.ROOT) + "="));
    return parameters;
  }

  /** What each connection says first, so that times do not depend on the machine's zone. */
  Optional<String> zoneStatement(ZoneId zone) {
    return Optional.empty();
  }

  String quote(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /**
   * The type of a column of a new table.
   *
   * @param key true if it is part of the primary key, where some have limits
   */
  String type(DataType type, boolean key) {
    if (type instanceof DecimalType decimal) {
      return "DECIMAL(" + decimal.precision() + "," + decimal.scale() + ")";
    }
    if (type instanceof TimeType) {
      return "TIME(6)";
    }
    if (!(type instanceof AtomicType atomic)) {
      return "VARCHAR(" + (key ? 255 : 4000) + ")";
    }
    return switch (atomic) {
      case TINYINT, SMALLINT -> "SMALLINT";
      case INT -> "INTEGER";
      case BIGINT -> "BIGINT";
      case FLOAT -> "REAL";
      case DOUBLE -> "DOUBLE PRECISION";
      case BOOLEAN -> "BIT(1)";
      case BINARY -> "BLOB";
      case DATE -> "DATE";
      case TIMESTAMP, TIMESTAMP_NTZ -> "TIMESTAMP";
      default -> key ? "VARCHAR(255)" : "TEXT";
    };
  }

  /**
   * An insert that replaces the row of the same keys.
   *
   * @param into the table and its columns: {@code INTO t (a, b)}
   * @param rows {@code VALUES (?, ?)}, or a query
   */
  String upsert(String into, String rows, List<String> keys, List<String> others) {
    String target =
        "INSERT "
            + into
            + " "
            + rows
            + " ON CONFLICT ("
            + keys.stream().map(this::quote).collect(Collectors.joining(", "))
            + ") DO ";
    return others.isEmpty()
        ? target + "NOTHING"
        : target
            + "UPDATE SET "
            + others.stream()
                .map(name -> quote(name) + " = EXCLUDED." + quote(name))
                .collect(Collectors.joining(", "));
  }

  /** A query whose rows nobody else may change until the transaction ends. */
  String lock(String select) {
    return select + " FOR UPDATE";
  }
}
