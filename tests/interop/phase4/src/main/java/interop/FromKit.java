package interop;

import com.helger.phase4.crypto.AS4CryptParams;
import com.helger.phase4.crypto.AS4SigningParams;
import com.helger.phase4.crypto.ECryptoAlgorithmC14N;
import com.helger.phase4.crypto.ECryptoAlgorithmCrypt;
import com.helger.phase4.crypto.ECryptoAlgorithmSign;
import com.helger.phase4.crypto.ECryptoAlgorithmSignDigest;
import com.helger.phase4.crypto.ECryptoKeyEncryptionAlgorithm;
import com.helger.phase4.crypto.ECryptoKeyIdentifierType;
import com.helger.phase4.crypto.IAS4CryptoFactory;
import com.helger.phase4.model.pmode.IPMode;
import com.helger.phase4.model.pmode.PModeParty;
import com.helger.scope.mgr.ScopeManager;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An integrator who has nothing but the kit that the gateway wrote for it, and keys of its own: {@code FromKit KIT
 * PROFILE KEYS} sends a ping, then every specimen in {@code specimens/to-us}, and says in one line each what the answer
 * was: {@code KIND MILLISECONDS receipt}. Nothing of the agreement is written here; all of it is read.
 */
public final class FromKit implements Exchange {
    private static final String PROPERTY = "property.";

    private final Path kit;
    private final Path keys;
    private final Properties said = new Properties();

    private FromKit(Path kit, String profile, Path keys) throws Exception {
        this.kit = kit;
        this.keys = keys;
        try (Reader in = Files.newBufferedReader(kit.resolve("phase4/" + profile + ".properties"))) {
            said.load(in);
        }
    }

    public static void main(String[] arguments) throws Exception {
        ScopeManager.onGlobalBegin("interop");
        FromKit agreed = new FromKit(Path.of(arguments[0]), arguments[1], Path.of(arguments[2]));
        Sender sender = new Sender(Keys.tls(agreed.keys, "tls", agreed.shown("certificate.tls")));
        Path page = agreed.kit.resolve("README.md");
        agreed.say(sender, "ping", agreed.word("ping.service"), agreed.word("ping.action"), page);
        List<String> actions = List.of(agreed.word("actions").split(","));
        for (Path folder : agreed.specimens()) {
            String name = folder.getFileName().toString();
            String action = name.substring(0, name.lastIndexOf('-'));
            if (!actions.contains(action)) {
                throw new IllegalStateException("no action for " + name);
            }
            try (Stream<Path> inside = Files.list(folder)) {
                agreed.say(sender, name, agreed.word("service.test"), action, inside.findFirst().orElseThrow());
            }
        }
        ScopeManager.onGlobalEnd();
    }

    private void say(Sender sender, String what, String service, String action, Path file) throws Exception {
        String id = what + "-" + name() + "@kit.example";
        String answer = sender.send(this, word("address"), id, service, action, List.of(file));
        System.out.println(what + " " + answer.replaceAll("\\s+", " "));
    }

    private List<Path> specimens() throws Exception {
        try (Stream<Path> found = Files.list(kit.resolve("specimens/to-us"))) {
            return found.sorted().toList();
        }
    }

    private String word(String key) {
        return Objects.requireNonNull(said.getProperty(key), key);
    }

    /** Of several certificates the first, which lasts longest. */
    private X509Certificate shown(String key) throws Exception {
        return Keys.certificate(kit.resolve(word(key).split(",")[0]));
    }

    @Override
    public String name() {
        return word("profile");
    }

    @Override
    public IPMode mode() {
        return Profile.mode(name(), party("party.initiator"), party("party.responder"), signs(), digests(), seals());
    }

    private PModeParty party(String key) {
        return new PModeParty(word(key + ".type"), word(key), word(key + ".role"), null, null);
    }

    @Override
    public String ours() {
        return word("party.initiator");
    }

    @Override
    public String theirs() {
        return word("party.responder");
    }

    @Override
    public String agreement() {
        return word("agreement");
    }

    @Override
    public Map<String, String> properties() {
        return said.stringPropertyNames().stream()
                .filter(each -> each.startsWith(PROPERTY))
                .collect(Collectors.toMap(each -> each.substring(PROPERTY.length()), this::word));
    }

    @Override
    public IAS4CryptoFactory signing() throws Exception {
        return Keys.crypto(keys, "sign", shown("certificate.sign"));
    }

    @Override
    public IAS4CryptoFactory opening() throws Exception {
        return Keys.crypto(keys, "seal", shown("certificate.seal"));
    }

    @Override
    public X509Certificate sealsFor() throws Exception {
        return shown("certificate.seal");
    }

    private ECryptoAlgorithmSign signs() {
        return Objects.requireNonNull(ECryptoAlgorithmSign.getFromURIOrNull(word("signature.algorithm")));
    }

    private ECryptoAlgorithmSignDigest digests() {
        return Objects.requireNonNull(ECryptoAlgorithmSignDigest.getFromURIOrNull(word("signature.digest")));
    }

    private ECryptoAlgorithmCrypt seals() {
        String wanted = word("encryption.algorithm");
        return Arrays.stream(ECryptoAlgorithmCrypt.values())
                .filter(each -> each.getAlgorithmURI().equals(wanted))
                .findFirst()
                .orElseThrow();
    }

    private ECryptoKeyIdentifierType token() {
        return switch (word("token")) {
            case "BinarySecurityToken" -> ECryptoKeyIdentifierType.BST_DIRECT_REFERENCE;
            default -> throw new IllegalStateException("another token reference");
        };
    }

    @Override
    public void signing(AS4SigningParams chosen) {
        chosen.setKeyIdentifierType(token());
        chosen.setAlgorithmSign(signs());
        chosen.setAlgorithmSignDigest(digests());
        chosen.setAlgorithmC14N(ECryptoAlgorithmC14N.getFromURIOrNull(word("signature.c14n")));
    }

    @Override
    public void sealing(AS4CryptParams chosen) {
        chosen.setKeyIdentifierType(token());
        chosen.setAlgorithmCrypt(seals());
        if (said.containsKey("key.agreement")) {
            if (!word("key.agreement").endsWith("#x25519")) {
                throw new IllegalStateException("another key agreement");
            }
            chosen.setEDelivery2KeyAgreementX25519();
        } else {
            String wanted = word("key.transport");
            chosen.setKeyEncAlgorithm(Arrays.stream(ECryptoKeyEncryptionAlgorithm.values())
                    .filter(each -> each.getID().equals(wanted))
                    .findFirst()
                    .orElseThrow());
            chosen.setMGFAlgorithm(word("key.mgf"));
            chosen.setDigestAlgorithm(word("key.digest"));
        }
    }
}
