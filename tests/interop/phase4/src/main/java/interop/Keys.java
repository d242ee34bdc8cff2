package interop;

import com.helger.phase4.crypto.AS4CryptoFactoryInMemoryKeyStore;
import com.helger.phase4.crypto.IAS4CryptoFactory;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Keys and certificates from PEM files, {@code NAME.crt.pem} and {@code NAME.key.pem}, held in memory only. */
final class Keys {
    private static final char[] PASSWORD = "interop".toCharArray();
    private static final String OURS = "ours";

    private Keys() {}

    static X509Certificate certificate(Path folder, String name) throws Exception {
        return certificate(folder.resolve(name + ".crt.pem"));
    }

    static X509Certificate certificate(Path pem) throws Exception {
        try (InputStream in = Files.newInputStream(pem)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    /** What signs or opens for us, and the only certificate that is trusted beside it. */
    static IAS4CryptoFactory crypto(Path folder, String ours, String theirs) throws Exception {
        return crypto(folder, ours, certificate(folder, theirs));
    }

    static IAS4CryptoFactory crypto(Path folder, String ours, X509Certificate theirs) throws Exception {
        return new AS4CryptoFactoryInMemoryKeyStore(own(folder, ours), OURS, PASSWORD, trusted(theirs));
    }

    /** Mutual TLS: we show one certificate and trust one. */
    static SSLContext tls(Path folder, String ours, String theirs) throws Exception {
        return tls(folder, ours, certificate(folder, theirs));
    }

    static SSLContext tls(Path folder, String ours, X509Certificate theirs) throws Exception {
        KeyManagerFactory shown = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        shown.init(own(folder, ours), PASSWORD);
        TrustManagerFactory believed = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        believed.init(trusted(theirs));
        SSLContext made = SSLContext.getInstance("TLS");
        made.init(shown.getKeyManagers(), believed.getTrustManagers(), null);
        return made;
    }

    private static KeyStore own(Path folder, String name) throws Exception {
        X509Certificate certificate = certificate(folder, name);
        KeyStore made = empty();
        made.setKeyEntry(OURS, key(folder, name, certificate), PASSWORD, new Certificate[] {certificate});
        return made;
    }

    private static KeyStore trusted(X509Certificate theirs) throws Exception {
        KeyStore made = empty();
        made.setCertificateEntry("theirs", theirs);
        return made;
    }

    private static KeyStore empty() throws Exception {
        KeyStore made = KeyStore.getInstance("PKCS12");
        made.load(null, PASSWORD);
        return made;
    }

    private static PrivateKey key(Path folder, String name, X509Certificate certificate) throws Exception {
        String pem = Files.readString(folder.resolve(name + ".key.pem"));
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        return factory(certificate).generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    private static KeyFactory factory(X509Certificate certificate) throws GeneralSecurityException {
        return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm());
    }
}
