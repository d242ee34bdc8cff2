package interop;

import com.helger.base.io.iface.IHasInputStream;
import com.helger.collection.commons.CommonsArrayList;
import com.helger.collection.commons.ICommonsList;
import com.helger.http.header.HttpHeaderMap;
import com.helger.mime.IMimeType;
import com.helger.phase4.attachment.IAS4IncomingAttachmentFactory;
import com.helger.phase4.attachment.WSS4JAttachment;
import com.helger.phase4.crypto.AS4CryptParams;
import com.helger.phase4.crypto.AS4SigningParams;
import com.helger.phase4.crypto.IAS4CryptoFactory;
import com.helger.phase4.ebms3header.Ebms3SignalMessage;
import com.helger.phase4.ebms3header.Ebms3UserMessage;
import com.helger.phase4.error.AS4ErrorList;
import com.helger.phase4.incoming.AS4IncomingMessageMetadata;
import com.helger.phase4.incoming.AS4IncomingReceiverConfiguration;
import com.helger.phase4.incoming.AS4RequestHandler;
import com.helger.phase4.incoming.IAS4IncomingMessageMetadata;
import com.helger.phase4.incoming.IAS4IncomingMessageState;
import com.helger.phase4.incoming.IAS4ResponseAbstraction;
import com.helger.phase4.incoming.crypto.AS4IncomingSecurityConfiguration;
import com.helger.phase4.incoming.spi.AS4MessageProcessorResult;
import com.helger.phase4.incoming.spi.AS4SignalMessageProcessorResult;
import com.helger.phase4.incoming.spi.IAS4IncomingMessageProcessorSPI;
import com.helger.phase4.model.error.EEbmsError;
import com.helger.phase4.model.pmode.IPMode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.w3c.dom.Node;

/**
 * One profile's door: phase4 reads, verifies, opens and answers. What it delivers is kept before it answers, and the
 * answer is on the disk before it goes out.
 */
final class Receiver implements HttpHandler {
    /** Whoever keeps what was delivered, and then what is answered; an error while keeping is a failure. */
    interface Keeper {
        void keep(String messageId, List<WSS4JAttachment> parts) throws IOException;

        void answered(byte[] content) throws IOException;
    }

    private final IPMode mode;
    private final IAS4CryptoFactory signing;
    private final IAS4CryptoFactory opening;
    private final AS4IncomingSecurityConfiguration security;
    private final Keeper keeper;

    Receiver(Peer peer, Profile profile, Keeper keeper) throws Exception {
        this.mode = profile.mode(peer.theirs(), peer.ours());
        this.signing = peer.signing(profile);
        this.opening = peer.opening(profile);
        this.keeper = keeper;
        AS4SigningParams signs = new AS4SigningParams();
        profile.signing(signs);
        AS4CryptParams seals = new AS4CryptParams();
        profile.sealing(seals);
        this.security = new AS4IncomingSecurityConfiguration().setSigningParams(signs).setCryptParams(seals);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        HttpHeaderMap headers = new HttpHeaderMap();
        exchange.getRequestHeaders().forEach((name, values) -> values.forEach(value -> headers.addHeader(name, value)));
        read(headers, exchange.getRequestBody()).send(exchange);
    }

    /** What phase4 says to one message; nothing is sent. */
    Answer read(HttpHeaderMap headers, InputStream body) {
        Answer answer = new Answer();
        try (AS4RequestHandler handler = new AS4RequestHandler(AS4IncomingMessageMetadata.createForRequest())) {
            handler.setCryptoFactorySign(signing);
            handler.setCryptoFactoryCrypt(opening);
            handler.setPModeResolver((id, service, action, from, to, agreement, address) -> mode);
            handler.setIncomingProfileSelector(new NoProfile());
            handler.setIncomingAttachmentFactory(IAS4IncomingAttachmentFactory.DEFAULT_INSTANCE);
            handler.setIncomingSecurityConfiguration(security);
            handler.setIncomingReceiverConfiguration(new AS4IncomingReceiverConfiguration());
            handler.setProcessorSupplier(() -> new CommonsArrayList<>(new Delivery()));
            handler.handleRequest(body, headers, answer);
            keeper.answered(answer.content);
        } catch (Exception error) {
            Peer.log(error);
            answer.status = 500;
        }
        return answer;
    }

    /** What phase4 wants to say, kept until all of it is known. */
    static final class Answer implements IAS4ResponseAbstraction {
        private byte[] content = new byte[0];
        private String kind = "text/plain";
        private int status = 200;

        boolean holds(String words) {
            return new String(content, StandardCharsets.UTF_8).contains(words);
        }

        @Override
        public void setContent(byte[] bytes, Charset charset) {
            content = bytes;
        }

        @Override
        public void setContent(HttpHeaderMap headers, IHasInputStream stream) {
            throw new UnsupportedOperationException("signals are bare SOAP");
        }

        @Override
        public void setMimeType(IMimeType type) {
            kind = type.getAsString();
        }

        @Override
        public void setStatus(int code) {
            status = code;
        }

        void send(HttpExchange exchange) throws IOException {
            exchange.getResponseHeaders().set("Content-Type", kind);
            exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(content);
            }
            exchange.close();
        }
    }

    /** Takes what was signed and encrypted; anything else is refused, as the profiles ask. */
    private final class Delivery implements IAS4IncomingMessageProcessorSPI {
        @Override
        public AS4MessageProcessorResult processAS4UserMessage(
                IAS4IncomingMessageMetadata metadata,
                HttpHeaderMap headers,
                Ebms3UserMessage message,
                IPMode chosen,
                Node payload,
                ICommonsList<WSS4JAttachment> attachments,
                IAS4IncomingMessageState state,
                AS4ErrorList errors) {
            List<WSS4JAttachment> parts = attachments == null ? List.of() : attachments;
            if (!state.isSoapSignatureChecked() || (!parts.isEmpty() && !state.isSoapDecrypted())) {
                return refused(errors, EEbmsError.EBMS_POLICY_NONCOMPLIANCE, "signed and encrypted is agreed");
            }
            if (message.getCollaborationInfo().getAction().equals(Peer.REFUSED_ACTION)) {
                return refused(errors, EEbmsError.EBMS_OTHER, "this partner takes no such action");
            }
            try {
                keeper.keep(message.getMessageInfo().getMessageId(), parts);
            } catch (IOException error) {
                Peer.log(error);
                return AS4MessageProcessorResult.createFailure();
            }
            return AS4MessageProcessorResult.createSuccess();
        }

        @Override
        public AS4SignalMessageProcessorResult processAS4SignalMessage(
                IAS4IncomingMessageMetadata metadata,
                HttpHeaderMap headers,
                Ebms3SignalMessage signal,
                IPMode chosen,
                IAS4IncomingMessageState state,
                AS4ErrorList errors) {
            return AS4SignalMessageProcessorResult.createSuccess();
        }

        @Override
        public void processAS4ResponseMessage(
                IAS4IncomingMessageMetadata metadata,
                IAS4IncomingMessageState state,
                String id,
                byte[] answer,
                boolean available,
                AS4ErrorList errors) {
            // the answer goes out by itself
        }

        private AS4MessageProcessorResult refused(AS4ErrorList errors, EEbmsError code, String why) {
            errors.add(code.errorBuilder(Locale.UK).errorDetail(why).build());
            return AS4MessageProcessorResult.createFailure();
        }
    }
}
