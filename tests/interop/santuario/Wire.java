import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.xml.security.Init;
import org.apache.xml.security.signature.XMLSignatureInput;
import org.apache.xml.security.transforms.Transform;
import org.apache.xml.security.transforms.TransformSpi;
import org.apache.xml.security.utils.resolver.ResourceResolverContext;
import org.apache.xml.security.utils.resolver.ResourceResolverSpi;
import org.w3c.dom.Attr;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;

/** What Santuario lacks of AS4: the MIME package, and attachments as things that can be signed. */
final class Wire {
    static final String DS = "http://www.w3.org/2000/09/xmldsig#";
    static final String XENC = "http://www.w3.org/2001/04/xmlenc#";
    static final String XENC11 = "http://www.w3.org/2009/xmlenc11#";
    static final String EB = "http://docs.oasis-open.org/ebxml-msg/ebms/v3.0/ns/core/200704/";
    private static final String WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-";
    static final String WSSE = WSS + "wssecurity-secext-1.0.xsd";
    static final String WSU = WSS + "wssecurity-utility-1.0.xsd";
    static final String X509_V3 = WSS + "x509-token-profile-1.0#X509v3";
    static final String EXCLUSIVE_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#";
    static final String RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    static final String SHA256 = XENC + "sha256";
    static final String AES128_GCM = XENC11 + "aes128-gcm";
    static final String SWA = "http://docs.oasis-open.org/wss/oasis-wss-SwAProfile-1.1#";
    static final String ROOT = "";
    static final char[] PASSWORD = "interop".toCharArray();
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] BLANK_LINE = {'\r', '\n', '\r', '\n'};

    private Wire() {}

    static void start() throws Exception {
        Init.init();
        Transform.register(AttachmentContent.URI, AttachmentContent.class);
    }

    /** The transform that signs an attachment as it is. */
    public static final class AttachmentContent extends TransformSpi {
        static final String URI = SWA + "Attachment-Content-Signature-Transform";

        @Override
        protected String engineGetURI() {
            return URI;
        }

        @Override
        protected XMLSignatureInput enginePerformTransform(XMLSignatureInput input, OutputStream out, Transform own) {
            return input;
        }
    }

    /** Resolves cid: URLs to attachments. */
    static final class Attachments extends ResourceResolverSpi {
        private final Map<String, byte[]> contents;

        Attachments(Map<String, byte[]> contents) {
            this.contents = contents;
        }

        @Override
        public boolean engineCanResolveURI(ResourceResolverContext context) {
            return context.uriToResolve != null && context.uriToResolve.startsWith("cid:");
        }

        @Override
        public XMLSignatureInput engineResolveURI(ResourceResolverContext context) {
            XMLSignatureInput found = new XMLSignatureInput(contents.get(context.uriToResolve.substring(4)));
            found.setSourceURI(context.uriToResolve);
            return found;
        }
    }

    static Document parse(byte[] xml) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        Document document = factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml));
        declareIds(document.getDocumentElement());
        return document;
    }

    private static void declareIds(Element element) {
        NamedNodeMap attributes = element.getAttributes();
        for (int number = 0; number < attributes.getLength(); number++) {
            Attr attribute = (Attr) attributes.item(number);
            if ("Id".equals(attribute.getLocalName())) {
                element.setIdAttributeNode(attribute, true);
            }
        }
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element) {
                declareIds((Element) child);
            }
        }
    }

    static Element first(Document document, String namespace, String name) {
        return (Element) document.getElementsByTagNameNS(namespace, name).item(0);
    }

    static X509Certificate certificate(String base64) throws Exception {
        byte[] der = Base64.getMimeDecoder().decode(base64);
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    /** The parts by Content-ID, in their order, the envelope as ROOT. */
    static Map<String, byte[]> unpack(byte[] body) {
        Map<String, byte[]> parts = new LinkedHashMap<>();
        if (body[0] != '-') {
            parts.put(ROOT, body);
            return parts;
        }
        byte[] delimiter = join(CRLF, Arrays.copyOf(body, find(body, CRLF, 0)));
        int start = delimiter.length;
        for (int end = find(body, delimiter, start); end >= 0; end = find(body, delimiter, start)) {
            int blank = find(body, BLANK_LINE, start);
            String header = new String(body, start, blank - start, StandardCharsets.US_ASCII);
            byte[] content = Arrays.copyOfRange(body, blank + BLANK_LINE.length, end);
            parts.put(parts.isEmpty() ? ROOT : contentId(header), content);
            start = end + delimiter.length + CRLF.length;
        }
        return parts;
    }

    private static String contentId(String header) {
        for (String line : header.split("\r\n")) {
            if (line.toLowerCase().startsWith("content-id:")) {
                return line.substring(line.indexOf('<') + 1, line.indexOf('>'));
            }
        }
        throw new IllegalArgumentException("a part without Content-ID");
    }

    /** The opposite of unpack; the attachments as they are. */
    static byte[] pack(byte[] soap, Map<String, byte[]> attachments, String boundary) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(text("--" + boundary + "\r\nContent-Type: application/soap+xml; charset=UTF-8\r\n\r\n"));
        out.write(soap);
        for (Map.Entry<String, byte[]> each : attachments.entrySet()) {
            out.write(text("\r\n--" + boundary + "\r\nContent-Type: application/octet-stream\r\n"));
            out.write(text("Content-Transfer-Encoding: binary\r\nContent-ID: <" + each.getKey() + ">\r\n\r\n"));
            out.write(each.getValue());
        }
        out.write(text("\r\n--" + boundary + "--\r\n"));
        return out.toByteArray();
    }

    private static byte[] text(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static int find(byte[] where, byte[] what, int from) {
        for (int at = from; at + what.length <= where.length; at++) {
            if (Arrays.equals(where, at, at + what.length, what, 0, what.length)) {
                return at;
            }
        }
        return -1;
    }
}
