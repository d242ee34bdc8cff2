package interop;

import com.helger.phase4.crypto.AS4CryptParams;
import com.helger.phase4.crypto.AS4SigningParams;
import com.helger.phase4.crypto.IAS4CryptoFactory;
import com.helger.phase4.model.pmode.IPMode;
import java.security.cert.X509Certificate;
import java.util.Map;

/** What the tests' own peer has agreed: a profile that is written here, and keys that lie in its folder. */
record Spoken(Peer peer, Profile profile) implements Exchange {
    @Override
    public String name() {
        return profile.word();
    }

    @Override
    public IPMode mode() {
        return profile.mode(peer.ours(), peer.theirs());
    }

    @Override
    public String ours() {
        return peer.ours();
    }

    @Override
    public String theirs() {
        return peer.theirs();
    }

    @Override
    public String agreement() {
        return "interop.v1";
    }

    @Override
    public Map<String, String> properties() {
        return Map.of();
    }

    @Override
    public IAS4CryptoFactory signing() throws Exception {
        return peer.signing(profile);
    }

    @Override
    public IAS4CryptoFactory opening() throws Exception {
        return peer.opening(profile);
    }

    @Override
    public X509Certificate sealsFor() throws Exception {
        return peer.sealsFor(profile);
    }

    @Override
    public void signing(AS4SigningParams chosen) {
        profile.signing(chosen);
    }

    @Override
    public void sealing(AS4CryptParams chosen) {
        profile.sealing(chosen);
    }
}
