package interop;

import com.helger.phase4.crypto.AS4CryptParams;
import com.helger.phase4.crypto.AS4SigningParams;
import com.helger.phase4.crypto.IAS4CryptoFactory;
import com.helger.phase4.model.pmode.IPMode;
import java.security.cert.X509Certificate;
import java.util.Map;

/** All that two parties have agreed for the messages of one of them to the other. */
interface Exchange {
    String name();

    IPMode mode();

    String ours();

    String theirs();

    String agreement();

    /** The message properties that every message has. */
    Map<String, String> properties();

    IAS4CryptoFactory signing() throws Exception;

    IAS4CryptoFactory opening() throws Exception;

    X509Certificate sealsFor() throws Exception;

    void signing(AS4SigningParams chosen);

    void sealing(AS4CryptParams chosen);
}
