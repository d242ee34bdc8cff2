package interop;

import com.helger.phase4.CAS4;
import com.helger.phase4.crypto.IAS4CryptoFactory;
import com.helger.scope.mgr.ScopeManager;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * An access point on phase4: {@code Peer FOLDER OURS THEIRS} reads its keys from FOLDER, receives for the party OURS on
 * a free port of the loopback (one path for each profile that there are keys for) and sends to the party THEIRS.
 *
 * <p>It says {@code serving PORT PROFILE...} and then answers lines {@code send PROFILE URL ID SERVICE ACTION FILE...}
 * and {@code time PROFILE FILE}, their words parted by tabs. It ends with its input.
 */
public final class Peer {
    static final String PARTY_TYPE = "urn:oasis:names:tc:ebcore:partyid-type:unregistered";
    static final String INITIATOR = CAS4.DEFAULT_INITIATOR_URL;
    static final String RESPONDER = CAS4.DEFAULT_RESPONDER_URL;
    static final String REFUSED_ACTION = "refused";

    private final Path folder;
    private final String ours;
    private final String theirs;

    private Peer(Path folder, String ours, String theirs) {
        this.folder = folder;
        this.ours = ours;
        this.theirs = theirs;
    }

    public static void main(String[] arguments) throws Exception {
        // The JDK's own AES-GCM makes room for all of an attachment anew at each read of WSS4J: minutes for 20 MB.
        int place = List.of(Security.getProviders()).indexOf(Security.getProvider("SunJCE"));
        Security.insertProviderAt(new BouncyCastleProvider(), place + 1);
        ManyReferences.allow();
        ScopeManager.onGlobalBegin("interop");
        Peer peer = new Peer(Path.of(arguments[0]), arguments[1], arguments[2]);
        List<Profile> profiles = Arrays.stream(Profile.values()).filter(peer::has).toList();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        HttpsServer server = peer.serving(profiles, threads);
        StringBuilder said = new StringBuilder("serving " + server.getAddress().getPort());
        profiles.forEach(each -> said.append(' ').append(each.word()));
        System.out.println(said);
        peer.answer(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
        server.stop(0);
        threads.shutdownNow();
        ScopeManager.onGlobalEnd();
    }

    static void log(Exception error) {
        error.printStackTrace();
    }

    String ours() {
        return ours;
    }

    String theirs() {
        return theirs;
    }

    SSLContext tls() throws Exception {
        return Keys.tls(folder, "tls", "their-tls");
    }

    IAS4CryptoFactory signing(Profile profile) throws Exception {
        return Keys.crypto(folder, profile.word() + "-sign", profile.word() + "-their-sign");
    }

    IAS4CryptoFactory opening(Profile profile) throws Exception {
        return Keys.crypto(folder, profile.word() + "-seal", profile.word() + "-their-seal");
    }

    X509Certificate sealsFor(Profile profile) throws Exception {
        return Keys.certificate(folder, profile.word() + "-their-seal");
    }

    private boolean has(Profile profile) {
        return Files.exists(folder.resolve(profile.word() + "-sign.key.pem"));
    }

    private HttpsServer serving(List<Profile> profiles, ExecutorService threads) throws Exception {
        HttpsServer made = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        made.setHttpsConfigurator(new HttpsConfigurator(tls()) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters chosen = getSSLContext().getDefaultSSLParameters();
                chosen.setNeedClientAuth(true);
                parameters.setSSLParameters(chosen);
            }
        });
        for (Profile each : profiles) {
            Shelf shelf = new Shelf(folder.resolve("received-" + each.word()));
            made.createContext("/" + each.word(), new Receiver(this, each, shelf));
        }
        made.setExecutor(threads);
        made.start();
        return made;
    }

    private void answer(BufferedReader asked) throws Exception {
        Sender sender = new Sender(tls());
        Map<Profile, Timing> timed = new EnumMap<>(Profile.class);
        for (String line = asked.readLine(); line != null; line = asked.readLine()) {
            String[] words = line.split("\t", -1);
            if (words[0].equals("time")) {
                Profile chosen = Profile.named(words[1]);
                if (!timed.containsKey(chosen)) {
                    timed.put(chosen, new Timing(this, chosen));
                }
                System.out.println(timed.get(chosen).time(Path.of(words[2])));
                continue;
            }
            List<Path> parts = Arrays.stream(words).skip(6).map(Path::of).toList();
            String said = sender.send(new Spoken(this, Profile.named(words[1])), words[2], words[3], words[4], words[5], parts);
            System.out.println(said.replaceAll("\\s+", " "));
        }
    }
}
