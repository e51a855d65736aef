package install

import (
	"reflect"
	"testing"
)

func TestUserData(t *testing.T) {
	for _, c := range []struct {
		os, home string
		env      map[string]string
		want     string
	}{
		{"linux", "/home/mina", nil, "/home/mina/.local/share/jupyter"},
		{"linux", "/home/mina", map[string]string{"XDG_DATA_HOME": "/data"}, "/data/jupyter"},
		{"linux", "/home/mina", map[string]string{"JUPYTER_DATA_DIR": "/j", "XDG_DATA_HOME": "/data"}, "/j"},
		{"linux", "", nil, ""},
		{"darwin", "/Users/mina", nil, "/Users/mina/Library/Jupyter"},
		{"darwin", "/Users/mina", map[string]string{"JUPYTER_PLATFORM_DIRS": "1"}, "/Users/mina/Library/Application Support/Jupyter"},
		{"darwin", "/Users/mina", map[string]string{"JUPYTER_PLATFORM_DIRS": "Off"}, "/Users/mina/Library/Jupyter"},
		{"windows", `C:\Users\mina`, map[string]string{"APPDATA": `C:\Users\mina\AppData\Roaming`}, `C:\Users\mina\AppData\Roaming\jupyter`},
		{"windows", `C:\Users\mina`, map[string]string{"LOCALAPPDATA": `C:\Users\mina\AppData\Local`, "JUPYTER_PLATFORM_DIRS": "true"}, `C:\Users\mina\AppData\Local\Jupyter`},
		{"windows", `C:\Users\mina`, nil, `C:\Users\mina\.jupyter\data`},
	} {
		s := system{os: c.os, home: c.home, env: func(k string) string { return c.env[k] }}
		if got := s.userData(); got != c.want {
			t.Errorf("%s %v: user data is %q, want %q", c.os, c.env, got, c.want)
		}
	}
}

func TestSearchPath(t *testing.T) {
	for _, c := range []struct {
		os   string
		env  map[string]string
		want []string
	}{
		{"linux", nil, []string{"/home/mina/.local/share/jupyter", "/usr/local/share/jupyter", "/usr/share/jupyter"}},
		{"linux", map[string]string{"JUPYTER_PATH": "/a:/b", "VIRTUAL_ENV": "/venv"},
			[]string{"/a", "/b", "/venv/share/jupyter", "/home/mina/.local/share/jupyter", "/usr/local/share/jupyter", "/usr/share/jupyter"}},
		{"linux", map[string]string{"CONDA_PREFIX": "/opt/conda"},
			[]string{"/opt/conda/share/jupyter", "/home/mina/.local/share/jupyter", "/usr/local/share/jupyter", "/usr/share/jupyter"}},
		{"windows", map[string]string{"JUPYTER_PATH": `C:\a;D:\b`, "APPDATA": `C:\r`, "PROGRAMDATA": `C:\p`},
			[]string{`C:\a`, `D:\b`, `C:\r\jupyter`}},
		{"windows", map[string]string{"APPDATA": `C:\r`, "PROGRAMDATA": `C:\p`, "JUPYTER_USE_PROGRAMDATA": "1"},
			[]string{`C:\r\jupyter`, `C:\p\jupyter`}},
	} {
		s := system{os: c.os, home: "/home/mina", env: func(k string) string { return c.env[k] }}
		if got := s.searchPath(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s %v: search path is %q, want %q", c.os, c.env, got, c.want)
		}
	}
}
