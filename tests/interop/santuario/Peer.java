import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Answers lines of words parted by tabs, {@code check ...} and {@code send ...}, with one line each. */
public final class Peer {
    private Peer() {}

    public static void main(String[] none) throws Exception {
        Wire.start();
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = asked.readLine(); line != null; line = asked.readLine()) {
            String[] words = line.split("\t");
            String[] rest = Arrays.copyOfRange(words, 1, words.length);
            String said;
            try {
                said = words[0].equals("check") ? As4Check.check(rest) : As4Send.send(rest);
            } catch (Exception error) {
                error.printStackTrace();
                said = "FAILED " + error.toString().replaceAll("\\s+", " ");
            }
            System.out.println(said);
        }
    }
}
