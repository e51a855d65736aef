package install

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// TestTrustCourse: Jupyter trusts what the course holds, and nothing that differs.
func TestTrustCourse(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	if _, err := TestPython(ctx, os.Stderr); err != nil {
		t.Fatal(err)
	}
	cache, err := makeCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	j, data, dir := privateJupyterIn(cache), t.TempDir(), t.TempDir()
	env := append(j.environ(), "JUPYTER_DATA_DIR="+data, "JUPYTER_CONFIG_DIR="+t.TempDir())
	text := `{"cells":[{"cell_type":"code","id":"a","execution_count":1,"metadata":{},"source":"1","outputs":[{"output_type":"display_data","metadata":{},"data":{"text/html":"<script>1</script>"}}]}],"metadata":{},"nbformat":4,"nbformat_minor":5}`
	other := strings.Replace(text, "<script>1", "<script>2", 1)
	trusted := func(text string) bool {
		t.Helper()
		file := filepath.Join(dir, "n.ipynb")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(ctx, j.python(), "-c", "import sys,nbformat.sign as s\nn=s.NotebookNotary()\nprint(n.check_signature(s.read(sys.argv[1],4)))", file)
		cmd.Env = env
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return bytes.Contains(out, []byte("True"))
	}
	if trusted(text) {
		t.Fatal("trusted before it was signed")
	}
	for _, c := range []struct{ course, stranger string }{{text, other}, {other, strings.Replace(text, "<script>1", "<script>3", 1)}} { // a newer course is signed, too
		if err := trustCourse(ctx, j, env, data, fstest.MapFS{"en/00.ipynb": {Data: []byte(c.course)}}); err != nil {
			t.Fatal(err)
		}
		if !trusted(c.course) || trusted(c.stranger) {
			t.Errorf("the course trusted: %v, another notebook: %v", trusted(c.course), trusted(c.stranger))
		}
	}
	// a second start does nothing: a Python that is not there is not missed
	if err := trustCourse(ctx, privateJupyter{t.TempDir()}, env, data, fstest.MapFS{"en/00.ipynb": {Data: []byte(other)}}); err != nil {
		t.Error(err)
	}
}
