import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.apache.xml.security.encryption.EncryptedKey;
import org.apache.xml.security.encryption.XMLCipher;
import org.apache.xml.security.signature.XMLSignature;
import org.apache.xml.security.transforms.Transforms;
import org.apache.xml.security.utils.XMLUtils;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Writes a message of eDelivery profile 1.15 with Apache Santuario: zip, sign, encrypt, pack.
 *
 * <p>KEYSTORE RECIPIENT_PEM OUT PART... writes the body to OUT; its boundary is "santuario".
 */
public final class As4Send {
    private As4Send() {}

    static String send(String[] arguments) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (FileInputStream in = new FileInputStream(arguments[0])) {
            store.load(in, Wire.PASSWORD);
        }
        String alias = store.aliases().nextElement();
        X509Certificate recipient;
        try (FileInputStream in = new FileInputStream(arguments[1])) {
            recipient = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
        Map<String, byte[]> attachments = new LinkedHashMap<>();
        for (int number = 3; number < arguments.length; number++) {
            attachments.put(UUID.randomUUID() + "@java", zip(Files.readAllBytes(Path.of(arguments[number]))));
        }
        X509Certificate sender = (X509Certificate) store.getCertificate(alias);
        Document soap = Wire.parse(envelope(attachments, sender, recipient).getBytes(StandardCharsets.UTF_8));
        SecretKey session = sessionKey();
        wrap(soap, session, recipient);
        sign(soap, attachments, (PrivateKey) store.getKey(alias, Wire.PASSWORD));
        for (Map.Entry<String, byte[]> each : attachments.entrySet()) {
            each.setValue(encrypt(each.getValue(), session));
        }
        ByteArrayOutputStream xml = new ByteArrayOutputStream();
        XMLUtils.outputDOM(soap.getDocumentElement(), xml);
        Files.write(Path.of(arguments[2]), Wire.pack(xml.toByteArray(), attachments, "santuario"));
        return "WRITTEN";
    }

    private static byte[] zip(byte[] content) throws Exception {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(content);
        }
        return zipped.toByteArray();
    }

    /** The envelope with all but its signature and its session key, for which it keeps the places. */
    private static String envelope(Map<String, byte[]> attachments, X509Certificate sender, X509Certificate recipient)
            throws Exception {
        StringBuilder parts = new StringBuilder();
        StringBuilder sealed = new StringBuilder();
        int number = 0;
        for (String contentId : attachments.keySet()) {
            number++;
            parts.append("<eb:PartInfo href='cid:").append(contentId).append("'><eb:PartProperties>")
                    .append("<eb:Property name='MimeType'>application/xml</eb:Property>")
                    .append("<eb:Property name='CompressionType'>application/gzip</eb:Property>")
                    .append("</eb:PartProperties></eb:PartInfo>");
            sealed.append("<xenc:EncryptedData Id='sealed-").append(number).append("' MimeType='application/gzip' Type='")
                    .append(Wire.SWA).append("Attachment-Content-Only'><xenc:EncryptionMethod Algorithm='")
                    .append(Wire.AES128_GCM).append("'/><ds:KeyInfo><wsse:SecurityTokenReference>")
                    .append("<wsse:Reference URI='#session'/></wsse:SecurityTokenReference></ds:KeyInfo>")
                    .append("<xenc:CipherData><xenc:CipherReference URI='cid:").append(contentId)
                    .append("'><xenc:Transforms><ds:Transform Algorithm='").append(Wire.SWA)
                    .append("Attachment-Ciphertext-Transform'/></xenc:Transforms></xenc:CipherReference>")
                    .append("</xenc:CipherData></xenc:EncryptedData>");
        }
        return "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' xmlns:wsse='" + Wire.WSSE
                + "' xmlns:wsu='" + Wire.WSU + "' xmlns:ds='" + Wire.DS + "' xmlns:xenc='" + Wire.XENC + "'><s:Header>"
                + "<eb:Messaging xmlns:eb='" + Wire.EB + "' wsu:Id='messaging' s:mustUnderstand='true'><eb:UserMessage>"
                + "<eb:MessageInfo><eb:Timestamp>2026-03-02T09:30:00.000Z</eb:Timestamp><eb:MessageId>"
                + UUID.randomUUID() + "@java</eb:MessageId></eb:MessageInfo><eb:PartyInfo>"
                + party("From", "council-886") + party("To", "council-887") + "</eb:PartyInfo><eb:CollaborationInfo>"
                + "<eb:Service>urn:cme:leavers</eb:Service><eb:Action>submit</eb:Action>"
                + "<eb:ConversationId>1</eb:ConversationId></eb:CollaborationInfo>"
                + "<eb:PayloadInfo>" + parts + "</eb:PayloadInfo></eb:UserMessage></eb:Messaging>"
                + "<wsse:Security s:mustUnderstand='true'>" + token("sender", sender) + token("recipient", recipient)
                + sealed + "</wsse:Security></s:Header><s:Body wsu:Id='body'/></s:Envelope>";
    }

    private static String party(String side, String id) {
        return "<eb:" + side + "><eb:PartyId type='urn:oasis:names:tc:ebcore:partyid-type:unregistered'>" + id
                + "</eb:PartyId><eb:Role>urn:cme:any</eb:Role></eb:" + side + ">";
    }

    private static String token(String id, X509Certificate certificate) throws Exception {
        return "<wsse:BinarySecurityToken wsu:Id='" + id + "' ValueType='" + Wire.X509_V3 + "'>"
                + Base64.getEncoder().encodeToString(certificate.getEncoded()) + "</wsse:BinarySecurityToken>";
    }

    private static Element reference(Document soap, String id) {
        Element reference = soap.createElementNS(Wire.WSSE, "wsse:SecurityTokenReference");
        Element pointer = soap.createElementNS(Wire.WSSE, "wsse:Reference");
        pointer.setAttribute("URI", "#" + id);
        pointer.setAttribute("ValueType", Wire.X509_V3);
        reference.appendChild(pointer);
        return reference;
    }

    private static SecretKey sessionKey() throws Exception {
        KeyGenerator generator = KeyGenerator.getInstance("AES");
        generator.init(128);
        return generator.generateKey();
    }

    /** The session key under RSA-OAEP with SHA-256 twice, before the first EncryptedData. */
    private static void wrap(Document soap, SecretKey session, X509Certificate recipient) throws Exception {
        XMLCipher cipher = XMLCipher.getInstance(Wire.XENC11 + "rsa-oaep", null, Wire.SHA256);
        cipher.init(XMLCipher.WRAP_MODE, recipient.getPublicKey());
        EncryptedKey key = cipher.encryptKey(soap, session, Wire.XENC11 + "mgf1sha256", null);
        Element element = cipher.martial(key);
        element.setAttribute("Id", "session");
        Element info = soap.createElementNS(Wire.DS, "ds:KeyInfo");
        info.appendChild(reference(soap, "recipient"));
        element.insertBefore(info, element.getElementsByTagNameNS(Wire.XENC, "CipherData").item(0));
        Element list = soap.createElementNS(Wire.XENC, "xenc:ReferenceList");
        int count = soap.getElementsByTagNameNS(Wire.XENC, "EncryptedData").getLength();
        for (int number = 1; number <= count; number++) {
            Element one = soap.createElementNS(Wire.XENC, "xenc:DataReference");
            one.setAttribute("URI", "#sealed-" + number);
            list.appendChild(one);
        }
        element.appendChild(list);
        Element security = Wire.first(soap, Wire.WSSE, "Security");
        security.insertBefore(element, Wire.first(soap, Wire.XENC, "EncryptedData"));
    }

    private static void sign(Document soap, Map<String, byte[]> attachments, PrivateKey key) throws Exception {
        XMLSignature signature = new XMLSignature(soap, "", Wire.RSA_SHA256, Wire.EXCLUSIVE_C14N);
        signature.addResourceResolver(new Wire.Attachments(attachments));
        for (String id : new String[] {"#messaging", "#body"}) {
            signature.addDocument(id, transforms(soap, Wire.EXCLUSIVE_C14N), Wire.SHA256);
        }
        for (String contentId : attachments.keySet()) {
            signature.addDocument("cid:" + contentId, transforms(soap, Wire.AttachmentContent.URI), Wire.SHA256);
        }
        signature.getKeyInfo().addUnknownElement(reference(soap, "sender"));
        Wire.first(soap, Wire.WSSE, "Security").appendChild(signature.getElement());
        signature.sign(key);
    }

    private static Transforms transforms(Document soap, String algorithm) throws Exception {
        Transforms transforms = new Transforms(soap);
        transforms.addTransform(algorithm);
        return transforms;
    }

    private static byte[] encrypt(byte[] content, SecretKey session) throws Exception {
        byte[] nonce = new byte[12];
        new SecureRandom().nextBytes(nonce);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, session, new GCMParameterSpec(128, nonce));
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        sealed.write(nonce);
        sealed.write(cipher.doFinal(content));
        return sealed.toByteArray();
    }
}
