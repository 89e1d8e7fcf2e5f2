package dev.sluice.connectors.testing;

import dev.sluice.connectors.csv.CsvMessages;
import dev.sluice.connectors.json.JsonMessages;
import dev.sluice.connectors.message.MessageFormat;
import dev.sluice.connectors.text.RawMessages;
import dev.sluice.connectors.text.TextMessages;
import dev.sluice.operators.data.AtomicType;
import dev.sluice.operators.data.Field;
import dev.sluice.operators.data.Schema;
import org.junit.jupiter.api.Nested;

/** The formats of messages of this module, each through the suite. */
class MessageFormatsTest {
  @Nested
  class Csv extends MessageFormatContract {
    @Override
    protected MessageFormat format() {
      return new CsvMessages();
    }
  }

  @Nested
  class JsonObjects extends MessageFormatContract {
    @Override
    protected MessageFormat format() {
      return new JsonMessages();
    }
  }

  @Nested
  class Text extends MessageFormatContract {
    @Override
    protected MessageFormat format() {
      return new TextMessages();
    }

    @Override
    protected Schema schema() {
      return Schema.of(new Field("value", AtomicType.STRING));
    }
  }

  @Nested
  class Raw extends MessageFormatContract {
    @Override
    protected MessageFormat format() {
      return new RawMessages();
    }

    @Override
    protected Schema schema() {
      return Schema.of(new Field("value", AtomicType.BINARY));
    }
  }
}
