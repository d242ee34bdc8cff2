package interop;

import com.helger.http.header.HttpHeaderMap;
import com.helger.mime.CMimeType;
import com.helger.phase4.attachment.AS4OutgoingAttachment;
import com.helger.phase4.attachment.EAS4CompressionMode;
import com.helger.phase4.attachment.WSS4JAttachment;
import com.helger.phase4.client.AS4ClientBuiltMessage;
import com.helger.phase4.client.AS4ClientUserMessage;
import com.helger.phase4.crypto.IAS4CryptoFactory;
import com.helger.phase4.util.AS4ResourceHelper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * How long phase4 takes to protect a file, to open what it protected and to write the receipt, in memory and for
 * itself: its peer's certificates are its own. Keys and P-Mode are read once, as a server would.
 */
final class Timing implements Receiver.Keeper {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Peer peer;
    private final Profile profile;
    private final IAS4CryptoFactory signing;
    private final IAS4CryptoFactory opening;
    private final X509Certificate sealsFor;
    private final Receiver receiver;
    private Instant delivered;
    private long bytes;

    Timing(Peer peer, Profile profile) throws Exception {
        this.peer = peer;
        this.profile = profile;
        this.signing = peer.signing(profile);
        this.opening = peer.opening(profile);
        this.sealsFor = peer.sealsFor(profile);
        this.receiver = new Receiver(peer, profile, this);
    }

    /** {@code BYTES} delivered, then milliseconds by the clock and of computing: protect, open, receipt. */
    String time(Path file) throws Exception {
        bytes = -1;
        HttpHeaderMap headers = new HttpHeaderMap();
        Instant began = Instant.now();
        byte[] body = protect(file, headers);
        Instant sealed = Instant.now();
        Receiver.Answer answer = receiver.read(headers, new ByteArrayInputStream(body));
        Instant ended = Instant.now();
        if (!answer.holds("NonRepudiationInformation")) {
            throw new IllegalStateException("no receipt");
        }
        return bytes + " " + sealed.since(began) + " " + delivered.since(sealed) + " " + ended.since(delivered);
    }

    @Override
    public void keep(String messageId, List<WSS4JAttachment> parts) throws IOException {
        bytes = 0;
        byte[] piece = new byte[1 << 16];
        for (WSS4JAttachment part : parts) {
            try (InputStream in = part.getSourceStream()) {
                for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                    bytes += read;
                }
            }
        }
        delivered = Instant.now();
    }

    @Override
    public void answered(byte[] content) {
        // it stays in memory
    }

    private byte[] protect(Path file, HttpHeaderMap headers) throws Exception {
        try (AS4ResourceHelper resources = new AS4ResourceHelper()) {
            AS4ClientUserMessage message = new AS4ClientUserMessage(resources);
            message.setCryptoFactorySign(signing);
            message.setCryptoFactoryCrypt(opening);
            message.setPMode(profile.mode(peer.ours(), peer.theirs()), true);
            profile.signing(message.signingParams());
            profile.sealing(message.cryptParams());
            message.cryptParams().setCertificate(sealsFor);
            message.setServiceValue("urn:interop").setAction("submit").setConversationID("timing");
            message.setAgreementRefValue("interop.v1");
            message.setFromRole(Peer.INITIATOR).setFromPartyIDType(Peer.PARTY_TYPE).setFromPartyID(peer.ours());
            message.setToRole(Peer.RESPONDER).setToPartyIDType(Peer.PARTY_TYPE).setToPartyID(peer.theirs());
            message.addAttachment(WSS4JAttachment.createOutgoingFileAttachment(
                    AS4OutgoingAttachment.builder()
                            .data(file.toFile())
                            .mimeType(CMimeType.APPLICATION_XML)
                            .compression(EAS4CompressionMode.GZIP)
                            .build(),
                    resources));
            AS4ClientBuiltMessage built = message.buildMessage(UUID.randomUUID() + "@timing", null);
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            built.getHttpEntity().writeTo(body);
            headers.addAllHeaders(built.getAllCustomHttpHeaders());
            return body.toByteArray();
        }
    }

    /** By the clock, and what this thread has computed. */
    private record Instant(long clock, long computed) {
        static Instant now() {
            return new Instant(System.nanoTime(), THREADS.getCurrentThreadCpuTime());
        }

        String since(Instant began) {
            return String.format(
                    Locale.ROOT, "%.4f %.4f", (clock - began.clock) / 1e6, (computed - began.computed) / 1e6);
        }
    }
}
