package org.syncyte.hub.s3;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// The little XML that S3 speaks: written by hand, read without document types or entities.
final class Xml {
  private static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
  private static final int MAX_ITEMS = 10_000;
  private static final int MAX_TEXT = 8192;
  private final StringBuilder out =
      new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  private final String root;

  private Xml(String root, boolean named) {
    this.root = root;
    out.append('<').append(root);
    if (named) {
      out.append(" xmlns=\"").append(NAMESPACE).append('"');
    }
    out.append('>');
  }

  static Xml of(String root) {
    return new Xml(root, true);
  }

  static Xml error() {
    return new Xml("Error", false);
  }

  Xml text(String name, @Nullable Object value) {
    if (value != null) {
      open(name).out.append(escaped(value.toString()));
      close(name);
    }
    return this;
  }

  Xml open(String name) {
    out.append('<').append(name).append('>');
    return this;
  }

  Xml close(String name) {
    out.append("</").append(name).append('>');
    return this;
  }

  byte[] done() {
    return close(root).out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String escaped(String text) {
    var safe = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> safe.append("&amp;");
        case '<' -> safe.append("&lt;");
        case '>' -> safe.append("&gt;");
        case '"' -> safe.append("&quot;");
        default -> safe.append(c < ' ' && c != '\n' && c != '\t' ? '?' : c);
      }
    }
    return safe.toString();
  }

  /// The children of each element of this name: `<Part><PartNumber>1</PartNumber>…` is one map.
  static List<Map<String, String>> items(InputStream body, String element) {
    var factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, false);
    var items = new ArrayList<Map<String, String>>();
    try {
      var reader = factory.createXMLStreamReader(body, "UTF-8");
      while (reader.hasNext()) {
        if (reader.next() == XMLStreamReader.START_ELEMENT
            && reader.getLocalName().equals(element)) {
          if (items.size() == MAX_ITEMS) {
            throw malformed("more than " + MAX_ITEMS + " items");
          }
          items.add(item(reader, element));
        }
      }
    } catch (XMLStreamException bad) {
      throw malformed("not well-formed");
    }
    return items;
  }

  private static Map<String, String> item(XMLStreamReader reader, String element)
      throws XMLStreamException {
    var item = new LinkedHashMap<String, String>();
    String name = "";
    var text = new StringBuilder();
    while (true) {
      switch (reader.next()) {
        case XMLStreamReader.START_ELEMENT -> {
          name = reader.getLocalName();
          text.setLength(0);
        }
        case XMLStreamReader.CHARACTERS, XMLStreamReader.CDATA -> {
          if (text.length() + reader.getTextLength() > MAX_TEXT) {
            throw malformed("a value is longer than " + MAX_TEXT + " characters");
          }
          text.append(reader.getText());
        }
        case XMLStreamReader.END_ELEMENT -> {
          if (reader.getLocalName().equals(element)) {
            return item;
          }
          if (item.size() < 20) {
            item.put(name, text.toString().strip());
          }
        }
        default -> {}
      }
    }
  }

  private static S3Refusal malformed(String why) {
    return new S3Refusal(S3Code.MalformedXML, "The XML of the request: " + why);
  }
}
