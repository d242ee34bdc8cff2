package interop;

import com.helger.phase4.attachment.WSS4JAttachment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Keeps what was delivered in a folder named by the message, one file for each attachment in its order, and every
 * answer in one file beside it. Both are on the disk when its methods return.
 */
final class Shelf implements Receiver.Keeper {
    private final Path folder;
    private final FileChannel answers;

    Shelf(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.answers = FileChannel.open(
                folder.resolveSibling(folder.getFileName() + ".answers"),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    @Override
    public void keep(String messageId, List<WSS4JAttachment> parts) throws IOException {
        Path place = Files.createDirectories(folder.resolve(messageId.replaceAll("[^A-Za-z0-9@._-]", "_")));
        int number = 0;
        for (WSS4JAttachment part : parts) {
            try (InputStream in = part.getSourceStream();
                    FileChannel out = FileChannel.open(
                            place.resolve("part-" + number),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                byte[] piece = new byte[1 << 16];
                for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                    write(out, ByteBuffer.wrap(piece, 0, read));
                }
                out.force(true);
            }
            number++;
        }
    }

    @Override
    public void answered(byte[] content) throws IOException {
        synchronized (answers) {
            write(answers, ByteBuffer.wrap(content));
        }
        answers.force(false);
    }

    private static void write(FileChannel out, ByteBuffer content) throws IOException {
        while (content.hasRemaining()) {
            out.write(content);
        }
    }
}
