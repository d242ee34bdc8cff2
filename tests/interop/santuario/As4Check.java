import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.apache.xml.security.encryption.XMLCipher;
import org.apache.xml.security.signature.XMLSignature;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Reads what the gateway wrote, with Apache Santuario and nothing of ours: opens every attachment, verifies every
 * reference of the signature, and writes the unzipped parts in the order in which the message declares them.
 *
 * <p>FILE KEYSTORE OUT: FILE is a MIME package, or a bare envelope. It says VERIFIED and how many parts, or REFUSED.
 */
public final class As4Check {
    private As4Check() {}

    static String check(String[] arguments) throws Exception {
        byte[] body = Files.readAllBytes(Path.of(arguments[0]));
        Map<String, byte[]> attachments = Wire.unpack(body);
        Document soap = Wire.parse(attachments.remove(Wire.ROOT));
        decrypt(soap, attachments, keyIn(Path.of(arguments[1])));
        if (!verifies(soap, attachments)) {
            return "REFUSED";
        }
        NodeList parts = soap.getElementsByTagNameNS(Wire.EB, "PartInfo");
        for (int number = 0; number < parts.getLength(); number++) {
            String href = ((Element) parts.item(number)).getAttribute("href");
            byte[] zipped = attachments.get(href.substring("cid:".length()));
            try (GZIPInputStream unzipped = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
                Files.write(Path.of(arguments[2], "part-" + number), unzipped.readAllBytes());
            }
        }
        return "VERIFIED " + parts.getLength();
    }

    static PrivateKey keyIn(Path file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            store.load(in, Wire.PASSWORD);
        }
        return (PrivateKey) store.getKey(store.aliases().nextElement(), Wire.PASSWORD);
    }

    /** Puts the plain bytes in the place of the encrypted ones. */
    private static void decrypt(Document soap, Map<String, byte[]> attachments, PrivateKey ours) throws Exception {
        Element encryptedKey = Wire.first(soap, Wire.XENC, "EncryptedKey");
        if (encryptedKey == null) {
            return;
        }
        XMLCipher unwrapper = XMLCipher.getInstance();
        unwrapper.init(XMLCipher.UNWRAP_MODE, ours);
        Key session = unwrapper.decryptKey(unwrapper.loadEncryptedKey(soap, encryptedKey), Wire.AES128_GCM);
        for (Map.Entry<String, byte[]> each : attachments.entrySet()) {
            byte[] sealed = each.getValue();
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, session, new GCMParameterSpec(128, Arrays.copyOf(sealed, 12)));
            each.setValue(cipher.doFinal(sealed, 12, sealed.length - 12));
        }
    }

    /** Every reference must resolve and fit, and there must be one for the header, the body and each attachment. */
    private static boolean verifies(Document soap, Map<String, byte[]> attachments) throws Exception {
        Element element = Wire.first(soap, Wire.DS, "Signature");
        XMLSignature signature = new XMLSignature(element, "", true);
        signature.addResourceResolver(new Wire.Attachments(attachments));
        Element reference = (Element) element.getElementsByTagNameNS(Wire.WSSE, "Reference").item(0);
        Element token = soap.getElementById(reference.getAttribute("URI").substring(1));
        X509Certificate signer = Wire.certificate(token.getTextContent());
        boolean valid = signature.checkSignatureValue(signer);
        for (int number = 0; number < signature.getSignedInfo().getLength(); number++) {
            String uri = signature.getSignedInfo().item(number).getURI();
            System.err.println(uri + " " + signature.getSignedInfo().getVerificationResult(number));
        }
        return valid && signature.getSignedInfo().getLength() == 2 + attachments.size();
    }
}
