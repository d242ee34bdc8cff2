package interop;

import java.security.Provider;
import java.security.Security;
import java.util.Set;
import javax.xml.crypto.MarshalException;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.XMLValidateContext;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import org.apache.jcp.xml.dsig.internal.dom.XMLDSigRI;
import org.apache.wss4j.common.WSS4JConstants;
import org.apache.wss4j.dom.engine.WSSConfig;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Lets WSS4J verify a message of more than 28 attachments, in the place of the provider that it names.
 *
 * <p>It verifies with Santuario's secure validation, which takes 30 references and has no setting for that. For a
 * signature with more it is left out here, and in its place every reference must be what the profiles write: into the
 * message itself, with one of their two transforms. All else is Santuario's work as before.
 */
final class ManyReferences extends Provider {
    private static final long serialVersionUID = 1;
    private static final int SANTUARIO_TAKES = 30;
    private static final int WE_TAKE = 66;
    private static final Set<String> TRANSFORMS =
            Set.of(CanonicalizationMethod.EXCLUSIVE, WSS4JConstants.SWA_ATTACHMENT_CONTENT_SIG_TRANS);
    private static final Provider SANTUARIO = new XMLDSigRI();

    private ManyReferences() {
        super(SANTUARIO.getName(), SANTUARIO.getVersionStr(), SANTUARIO.getInfo());
        putAll(SANTUARIO);
        put("XMLSignatureFactory.DOM", Factory.class.getName());
    }

    static void allow() {
        WSSConfig.init();
        Security.removeProvider(SANTUARIO.getName());
        Security.addProvider(new ManyReferences());
    }

    /** Made by the name that the provider gives it. */
    public static final class Factory extends Passing {
        public Factory() {
            super(XMLSignatureFactory.getInstance("DOM", SANTUARIO));
        }

        @Override
        public XMLSignature unmarshalXMLSignature(XMLValidateContext context) throws MarshalException {
            Element signature = (Element) ((DOMValidateContext) context).getNode();
            NodeList references = signature.getElementsByTagNameNS(XMLSignature.XMLNS, "Reference");
            if (references.getLength() > SANTUARIO_TAKES) {
                check(references);
                context.setProperty("org.apache.jcp.xml.dsig.secureValidation", Boolean.FALSE);
                context.setProperty("org.jcp.xml.dsig.secureValidation", Boolean.FALSE);
            }
            return other.unmarshalXMLSignature(context);
        }

        private static void check(NodeList references) throws MarshalException {
            if (references.getLength() > WE_TAKE) {
                throw new MarshalException("more than " + WE_TAKE + " references");
            }
            for (int number = 0; number < references.getLength(); number++) {
                Element reference = (Element) references.item(number);
                String uri = reference.getAttribute("URI");
                NodeList transforms = reference.getElementsByTagNameNS(XMLSignature.XMLNS, "Transform");
                boolean inside = uri.startsWith("#") || uri.startsWith("cid:");
                if (!inside
                        || transforms.getLength() != 1
                        || !TRANSFORMS.contains(((Element) transforms.item(0)).getAttribute("Algorithm"))) {
                    throw new MarshalException("a reference that the profiles do not write");
                }
            }
        }
    }
}
