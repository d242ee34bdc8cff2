package interop;

import com.helger.phase4.incoming.IAS4IncomingMessageState;
import com.helger.phase4.incoming.IAS4IncomingProfileSelector;

/** phase4's ready-made profiles are other artifacts; ours is the P-Mode that {@link Profile} writes. */
final class NoProfile implements IAS4IncomingProfileSelector {
    @Override
    public String getAS4ProfileID(IAS4IncomingMessageState state) {
        return null;
    }

    @Override
    public boolean validateAgainstProfile() {
        return false;
    }
}
