package interop;

import java.security.InvalidAlgorithmParameterException;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.xml.crypto.Data;
import javax.xml.crypto.MarshalException;
import javax.xml.crypto.URIDereferencer;
import javax.xml.crypto.XMLStructure;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.DigestMethod;
import javax.xml.crypto.dsig.Manifest;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.SignatureMethod;
import javax.xml.crypto.dsig.SignatureProperties;
import javax.xml.crypto.dsig.SignatureProperty;
import javax.xml.crypto.dsig.SignedInfo;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLObject;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.keyinfo.KeyInfo;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.DigestMethodParameterSpec;
import javax.xml.crypto.dsig.spec.SignatureMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;

/** A factory of signatures that has everything done by another: whoever changes one thing says that one alone. */
abstract class Passing extends XMLSignatureFactory {
    final XMLSignatureFactory other;

    Passing(XMLSignatureFactory other) {
        this.other = other;
    }

    @Override
    public XMLSignature newXMLSignature(SignedInfo signed, KeyInfo key) {
        return other.newXMLSignature(signed, key);
    }

    @Override
    public XMLSignature newXMLSignature(
            SignedInfo signed, KeyInfo key, List<? extends XMLObject> objects, String id, String valueId) {
        return other.newXMLSignature(signed, key, objects, id, valueId);
    }

    @Override
    public Reference newReference(String uri, DigestMethod digests) {
        return other.newReference(uri, digests);
    }

    @Override
    public Reference newReference(
            String uri, DigestMethod digests, List<? extends Transform> all, String type, String id) {
        return other.newReference(uri, digests, all, type, id);
    }

    @Override
    public Reference newReference(
            String uri, DigestMethod digests, List<? extends Transform> all, String type, String id, byte[] value) {
        return other.newReference(uri, digests, all, type, id, value);
    }

    @Override
    public Reference newReference(
            String uri, DigestMethod digests, List<? extends Transform> done, Data result, List<? extends Transform> all, String type, String id) {
        return other.newReference(uri, digests, done, result, all, type, id);
    }

    @Override
    public SignedInfo newSignedInfo(
            CanonicalizationMethod c14n, SignatureMethod signs, List<? extends Reference> all) {
        return other.newSignedInfo(c14n, signs, all);
    }

    @Override
    public SignedInfo newSignedInfo(
            CanonicalizationMethod c14n, SignatureMethod signs, List<? extends Reference> all, String id) {
        return other.newSignedInfo(c14n, signs, all, id);
    }

    @Override
    public XMLObject newXMLObject(List<? extends XMLStructure> content, String id, String type, String encoding) {
        return other.newXMLObject(content, id, type, encoding);
    }

    @Override
    public Manifest newManifest(List<? extends Reference> all) {
        return other.newManifest(all);
    }

    @Override
    public Manifest newManifest(List<? extends Reference> all, String id) {
        return other.newManifest(all, id);
    }

    @Override
    public SignatureProperty newSignatureProperty(List<? extends XMLStructure> content, String target, String id) {
        return other.newSignatureProperty(content, target, id);
    }

    @Override
    public SignatureProperties newSignatureProperties(List<? extends SignatureProperty> all, String id) {
        return other.newSignatureProperties(all, id);
    }

    @Override
    public DigestMethod newDigestMethod(String algorithm, DigestMethodParameterSpec chosen)
            throws NoSuchAlgorithmException, InvalidAlgorithmParameterException {
        return other.newDigestMethod(algorithm, chosen);
    }

    @Override
    public SignatureMethod newSignatureMethod(String algorithm, SignatureMethodParameterSpec chosen)
            throws NoSuchAlgorithmException, InvalidAlgorithmParameterException {
        return other.newSignatureMethod(algorithm, chosen);
    }

    @Override
    public Transform newTransform(String algorithm, TransformParameterSpec chosen)
            throws NoSuchAlgorithmException, InvalidAlgorithmParameterException {
        return other.newTransform(algorithm, chosen);
    }

    @Override
    public Transform newTransform(String algorithm, XMLStructure chosen)
            throws NoSuchAlgorithmException, InvalidAlgorithmParameterException {
        return other.newTransform(algorithm, chosen);
    }

    @Override
    public CanonicalizationMethod newCanonicalizationMethod(String algorithm, C14NMethodParameterSpec chosen)
            throws NoSuchAlgorithmException, InvalidAlgorithmParameterException {
        return other.newCanonicalizationMethod(algorithm, chosen);
    }

    @Override
    public CanonicalizationMethod newCanonicalizationMethod(String algorithm, XMLStructure chosen)
            throws NoSuchAlgorithmException, InvalidAlgorithmParameterException {
        return other.newCanonicalizationMethod(algorithm, chosen);
    }

    @Override
    public XMLSignature unmarshalXMLSignature(XMLStructure structure) throws MarshalException {
        return other.unmarshalXMLSignature(structure);
    }

    @Override
    public boolean isFeatureSupported(String feature) {
        return other.isFeatureSupported(feature);
    }

    @Override
    public URIDereferencer getURIDereferencer() {
        return other.getURIDereferencer();
    }
}
