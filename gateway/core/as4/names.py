"""Names on the wire: every namespace, algorithm and type of the AS4 messages, spelt out once and nowhere else."""

PREFIXES = {
    "S12": "http://www.w3.org/2003/05/soap-envelope",
    "eb": "http://docs.oasis-open.org/ebxml-msg/ebms/v3.0/ns/core/200704/",
    "wsse": "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
    "wsu": "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd",
    "wsse11": "http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "dsig11": "http://www.w3.org/2009/xmldsig11#",
    "more": "http://www.w3.org/2021/04/xmldsig-more#",
    "xenc": "http://www.w3.org/2001/04/xmlenc#",
    "xenc11": "http://www.w3.org/2009/xmlenc11#",
    "ec": "http://www.w3.org/2001/10/xml-exc-c14n#",
    "ebbp": "http://docs.oasis-open.org/ebxml-bp/ebbp-signals-2.0",
    "log": "urn:uk:cme-gateway:disclosure-log",
}

# Ready to stand before a local name: EB + "Messaging".
SOAP = "{" + PREFIXES["S12"] + "}"
EB = "{" + PREFIXES["eb"] + "}"
WSSE = "{" + PREFIXES["wsse"] + "}"
WSU = "{" + PREFIXES["wsu"] + "}"
WSSE11 = "{" + PREFIXES["wsse11"] + "}"
DS = "{" + PREFIXES["ds"] + "}"
DSIG11 = "{" + PREFIXES["dsig11"] + "}"
MORE = "{" + PREFIXES["more"] + "}"
XENC = "{" + PREFIXES["xenc"] + "}"
XENC11 = "{" + PREFIXES["xenc11"] + "}"
EC = "{" + PREFIXES["ec"] + "}"
EBBP = "{" + PREFIXES["ebbp"] + "}"
LOG = "{" + PREFIXES["log"] + "}"
XML = "{http://www.w3.org/XML/1998/namespace}"
WSU_ID = WSU + "Id"

# Signatures: XML Signature 1.1 and RFC 9231.
EXCLUSIVE_C14N = PREFIXES["ec"]
SHA256 = PREFIXES["xenc"] + "sha256"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
RSA_SHA384 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384"
RSA_SHA512 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"
ED25519 = PREFIXES["more"] + "eddsa-ed25519"

# Encryption: XML Encryption 1.1 and, for the key agreement, RFC 9231.
AES128_GCM = PREFIXES["xenc11"] + "aes128-gcm"
RSA_OAEP = PREFIXES["xenc11"] + "rsa-oaep"
RSA_OAEP_MGF1P = PREFIXES["xenc"] + "rsa-oaep-mgf1p"  # the older name, whose mask is always MGF1 with SHA-1
MGF1_SHA1 = PREFIXES["xenc11"] + "mgf1sha1"
MGF1_SHA256 = PREFIXES["xenc11"] + "mgf1sha256"
X25519 = PREFIXES["more"] + "x25519"
HKDF = PREFIXES["more"] + "hkdf"
HMAC_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"
AES128_WRAP = PREFIXES["xenc"] + "kw-aes128"

# Attachments: WSS SOAP Messages with Attachments profile 1.1.
_SWA = "http://docs.oasis-open.org/wss/oasis-wss-SwAProfile-1.1#"
ATTACHMENT_SIGNED = _SWA + "Attachment-Content-Signature-Transform"
ATTACHMENT_SEALED = _SWA + "Attachment-Ciphertext-Transform"
ATTACHMENT_CONTENT = _SWA + "Attachment-Content-Only"

# Tokens: WSS X.509 token profile 1.0 and SOAP message security 1.0 and 1.1.
X509_V3 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
X509_SKI = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509SubjectKeyIdentifier"
BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
ENCRYPTED_KEY = "http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#EncryptedKey"

# Values of the ebMS header that everybody shares: ebMS3 core §5.2.2 and appendix, AS4 1.0 §3.1.
UNREGISTERED = "urn:oasis:names:tc:ebcore:partyid-type:unregistered"
INITIATOR = PREFIXES["eb"] + "initiator"
RESPONDER = PREFIXES["eb"] + "responder"
DEFAULT_MPC = PREFIXES["eb"] + "defaultMPC"
TEST_SERVICE = PREFIXES["eb"] + "service"
TEST_ACTION = PREFIXES["eb"] + "test"
GZIP = "application/gzip"
SOAP_TYPE = "application/soap+xml"
SOAP_CONTENT_TYPE = "application/soap+xml; charset=UTF-8"
