package interop;

import com.helger.base.state.ETriState;
import com.helger.phase4.attachment.EAS4CompressionMode;
import com.helger.phase4.crypto.AS4CryptParams;
import com.helger.phase4.crypto.AS4SigningParams;
import com.helger.phase4.crypto.ECryptoAlgorithmC14N;
import com.helger.phase4.crypto.ECryptoAlgorithmCrypt;
import com.helger.phase4.crypto.ECryptoAlgorithmSign;
import com.helger.phase4.crypto.ECryptoAlgorithmSignDigest;
import com.helger.phase4.crypto.ECryptoKeyEncryptionAlgorithm;
import com.helger.phase4.crypto.ECryptoKeyIdentifierType;
import com.helger.phase4.model.EMEP;
import com.helger.phase4.model.EMEPBinding;
import com.helger.phase4.model.pmode.IPMode;
import com.helger.phase4.model.pmode.PMode;
import com.helger.phase4.model.pmode.PModeParty;
import com.helger.phase4.model.pmode.PModePayloadService;
import com.helger.phase4.model.pmode.leg.EPModeSendReceiptReplyPattern;
import com.helger.phase4.model.pmode.leg.PModeLeg;
import com.helger.phase4.model.pmode.leg.PModeLegBusinessInformation;
import com.helger.phase4.model.pmode.leg.PModeLegErrorHandling;
import com.helger.phase4.model.pmode.leg.PModeLegProtocol;
import com.helger.phase4.model.pmode.leg.PModeLegSecurity;
import com.helger.phase4.wss.EWSSVersion;
import org.apache.wss4j.common.WSS4JConstants;

/** The profiles of the EU eDelivery AS4 specifications as phase4's own settings: a P-Mode, how to sign, how to seal. */
enum Profile {
    EDELIVERY_1_15("edelivery-1.15", ECryptoAlgorithmSign.RSA_SHA_256),
    EDELIVERY_2_0("edelivery-2.0", ECryptoAlgorithmSign.EDDSA_ED25519);

    private final String name;
    private final ECryptoAlgorithmSign signs;

    Profile(String name, ECryptoAlgorithmSign signs) {
        this.name = name;
        this.signs = signs;
    }

    static Profile named(String name) {
        for (Profile each : values()) {
            if (each.name.equals(name)) {
                return each;
            }
        }
        throw new IllegalArgumentException(name);
    }

    String word() {
        return name;
    }

    /** One way, pushed, the signed receipt with its references in the response. */
    IPMode mode(String initiator, String responder) {
        return mode(
                name,
                new PModeParty(Peer.PARTY_TYPE, initiator, Peer.INITIATOR, null, null),
                new PModeParty(Peer.PARTY_TYPE, responder, Peer.RESPONDER, null, null),
                signs,
                ECryptoAlgorithmSignDigest.DIGEST_SHA_256,
                ECryptoAlgorithmCrypt.AES_128_GCM);
    }

    static IPMode mode(
            String name,
            PModeParty initiator,
            PModeParty responder,
            ECryptoAlgorithmSign signs,
            ECryptoAlgorithmSignDigest digests,
            ECryptoAlgorithmCrypt seals) {
        PModeLegSecurity security = new PModeLegSecurity();
        security.setWSSVersion(EWSSVersion.WSS_111);
        security.setX509SignatureAlgorithm(signs);
        security.setX509SignatureHashFunction(digests);
        security.setX509EncryptionAlgorithm(seals);
        security.setX509EncryptionMinimumStrength(128);
        security.setPModeAuthorize(false);
        security.setSendReceipt(true);
        security.setSendReceiptNonRepudiation(true);
        security.setSendReceiptReplyPattern(EPModeSendReceiptReplyPattern.RESPONSE);
        PModeLegErrorHandling errors = PModeLegErrorHandling.createUndefined();
        errors.setReportAsResponse(true);
        errors.setReportProcessErrorNotifyConsumer(ETriState.TRUE);
        PModeLeg leg = new PModeLeg(
                PModeLegProtocol.createForDefaultSoapVersion(null),
                new PModeLegBusinessInformation(),
                errors,
                null,
                security);
        return new PMode(
                name,
                initiator,
                responder,
                "",
                EMEP.ONE_WAY,
                EMEPBinding.PUSH,
                leg,
                null,
                new PModePayloadService(EAS4CompressionMode.GZIP),
                null);
    }

    void signing(AS4SigningParams chosen) {
        chosen.setKeyIdentifierType(ECryptoKeyIdentifierType.BST_DIRECT_REFERENCE);
        chosen.setAlgorithmSign(signs);
        chosen.setAlgorithmSignDigest(ECryptoAlgorithmSignDigest.DIGEST_SHA_256);
        chosen.setAlgorithmC14N(ECryptoAlgorithmC14N.C14N_EXCL_OMIT_COMMENTS);
    }

    void sealing(AS4CryptParams chosen) {
        chosen.setKeyIdentifierType(ECryptoKeyIdentifierType.BST_DIRECT_REFERENCE);
        chosen.setAlgorithmCrypt(ECryptoAlgorithmCrypt.AES_128_GCM);
        if (this == EDELIVERY_2_0) {
            chosen.setEDelivery2KeyAgreementX25519();
        } else {
            chosen.setKeyEncAlgorithm(ECryptoKeyEncryptionAlgorithm.RSA_OAEP_XENC11);
            chosen.setMGFAlgorithm(WSS4JConstants.MGF_SHA256);
            chosen.setDigestAlgorithm(WSS4JConstants.SHA256);
        }
    }
}
