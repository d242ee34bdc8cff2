package interop;

import com.helger.httpclient.HttpClientFactory;
import com.helger.httpclient.HttpClientSettings;
import com.helger.phase4.attachment.AS4OutgoingAttachment;
import com.helger.phase4.attachment.EAS4CompressionMode;
import com.helger.phase4.ebms3header.Ebms3Error;
import com.helger.phase4.ebms3header.Ebms3SignalMessage;
import com.helger.phase4.incoming.IAS4IncomingMessageState;
import com.helger.phase4.model.MessageProperty;
import com.helger.phase4.sender.AS4Sender;
import com.helger.phase4.sender.EAS4UserMessageSendResult;
import com.helger.phase4.sender.IAS4SignalMessageValidationResultHandler;
import com.helger.mime.CMimeType;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.util.Timeout;

/** Sends one message and says in one line what phase4 makes of the answer. */
final class Sender {
    private final HttpClientFactory http;

    Sender(SSLContext tls) throws Exception {
        HttpClientSettings settings = new HttpClientSettings();
        settings.setSSLContext(tls);
        settings.setResponseTimeout(Timeout.ofSeconds(120));
        this.http = new HttpClientFactory(settings);
    }

    /** {@code receipt | error CODE WORDS | failed WORDS}, and before it the milliseconds it took. */
    String send(Exchange agreed, String url, String messageId, String service, String action, List<Path> parts)
            throws Exception {
        Verdict verdict = new Verdict();
        Trust trust = new Trust();
        AS4Sender.BuilderUserMessage builder = AS4Sender.builderUserMessage()
                .httpClientFactory(http)
                .as4ProfileID(agreed.name())
                .incomingProfileSelector(new NoProfile())
                .pmode(agreed.mode())
                .pmodeResolver((id, s, a, from, to, agreement, address) -> agreed.mode())
                .cryptoFactorySign(agreed.signing())
                .cryptoFactoryCrypt(agreed.opening())
                .receiverCertificate(agreed.sealsFor())
                .messageID(messageId)
                .conversationID("interop")
                .service(service)
                .action(action)
                .agreementRef(agreed.agreement())
                .fromPartyIDType(agreed.mode().getInitiator().getIDType())
                .fromPartyID(agreed.ours())
                .fromRole(agreed.mode().getInitiator().getRole())
                .toPartyIDType(agreed.mode().getResponder().getIDType())
                .toPartyID(agreed.theirs())
                .toRole(agreed.mode().getResponder().getRole())
                .endpointURL(url)
                .signalMsgConsumer((signal, metadata, state) -> trust.heard(signal, state))
                .signalMsgValidationResultHdl(verdict);
        agreed.signing(builder.signingParams());
        agreed.sealing(builder.cryptParams());
        agreed.properties()
                .forEach((name, value) -> builder.addMessageProperty(
                        MessageProperty.builder().name(name).value(value)));
        for (Path part : parts) {
            builder.addAttachment(AS4OutgoingAttachment.builder()
                    .data(part.toFile())
                    .filename(part.getFileName().toString())
                    .mimeType(CMimeType.APPLICATION_XML)
                    .compression(EAS4CompressionMode.GZIP));
        }
        StringBuilder failed = new StringBuilder();
        long began = System.nanoTime();
        EAS4UserMessageSendResult result = builder.sendMessageAndCheckForReceipt(error -> {
            Peer.log(error);
            failed.append(error);
        });
        double spent = (System.nanoTime() - began) / 1e6;
        return String.format(Locale.ROOT, "%.1f ", spent) + said(result, trust, verdict, failed.toString());
    }

    private static String said(EAS4UserMessageSendResult result, Trust trust, Verdict verdict, String failed) {
        if (trust.signal == null || !trust.signed) {
            return "failed " + result + (trust.signal == null ? " no signal " : " unsigned signal ") + failed;
        }
        if (result == EAS4UserMessageSendResult.SUCCESS && verdict.holds) {
            return "receipt";
        }
        if (result == EAS4UserMessageSendResult.AS4_ERROR_MESSAGE_RECEIVED) {
            Ebms3Error error = trust.signal.getError().get(0);
            return "error " + error.getErrorCode() + " " + error.getDescriptionValue();
        }
        return "failed " + result + " " + verdict.words + " " + failed;
    }

    /** The signal as phase4 read it, and whether it verified a signature over it. */
    private static final class Trust {
        private Ebms3SignalMessage signal;
        private boolean signed;

        void heard(Ebms3SignalMessage found, IAS4IncomingMessageState state) {
            signal = found;
            signed = state.isSoapSignatureChecked() && state.getSigningCertificate() != null;
        }
    }

    /** Whether phase4 found in the receipt every reference that it had signed. */
    private static final class Verdict implements IAS4SignalMessageValidationResultHandler {
        private boolean holds;
        private String words = "";

        @Override
        public void onSuccess() {
            holds = words.isEmpty();
        }

        @Override
        public void onError(String message) {
            holds = false;
            words += message;
        }

        @Override
        public void onNotApplicable() {
            words += "nothing to compare";
        }
    }
}
