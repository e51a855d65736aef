package interp

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// processMagics are the magics about the process that runs cells.
func processMagics() []Magic {
	return []Magic{
		{Name: "restart", Line: true, Help: "Give the session a new process: variables and goroutines are lost, functions, types, constants and imports stay.", Run: runRestart},
		{Name: "env", Line: true, Args: "[NAME | NAME=value | NAME value]", Help: "Show the environment of cells, one variable of it, or set one.\nGOMAXPROCS, GOGC and GOMEMLIMIT take effect at once. NAME= unsets.", Run: runEnv},
		{Name: "cd", Line: true, Args: "[folder]", Help: "Change the working directory of cells and commands.\nWithout a folder, go to the home directory.", Run: runCd},
		{Name: "pwd", Line: true, Looks: true, Help: "Show the working directory of cells and commands.", Run: func(_ context.Context, m *MagicCall) error {
			m.Printf("%s\n", m.Session.dir())
			return nil
		}},
	}
}

func runRestart(ctx context.Context, m *MagicCall) error {
	lost, err := m.Session.restart(ctx)
	if err != nil {
		return err
	}
	l := m.Session.speech()
	m.Printf("%s%s\n", l.say("A new process runs the cells now.", "이제 새 프로세스가 셀을 실행합니다."), l.lost(lost))
	return nil
}

// dir is the working directory of cells and commands.
func (s *Session) dir() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cwd == "" {
		s.cwd = s.workingDir()
	}
	return s.cwd
}

// environment is what commands see.
func (s *Session) environment() []string {
	env := s.opts.Env
	if env == nil {
		env = os.Environ()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, kv := range env {
		if n, _, _ := strings.Cut(kv, "="); !s.envSet(n) {
			out = append(out, kv)
		}
	}
	for n, v := range s.env {
		if v != nil {
			out = append(out, n+"="+*v)
		}
	}
	sort.Strings(out)
	return out
}

func (s *Session) envSet(name string) bool { _, ok := s.env[name]; return ok }

func runEnv(ctx context.Context, m *MagicCall) error {
	s := m.Session
	name, value, set := strings.Cut(m.Args, "=")
	if !set {
		name, value, set = strings.Cut(m.Args, " ")
	}
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	if len(value) >= 2 && (value[0] == '"' || value[0] == '\'') && value[len(value)-1] == value[0] {
		value = value[1 : len(value)-1]
	}
	if !set {
		for _, kv := range s.environment() {
			n, v, _ := strings.Cut(kv, "=")
			switch {
			case name == "":
				m.Printf("%s\n", kv)
			case n == name:
				m.Printf("%s\n", v)
				return nil
			}
		}
		if name != "" {
			return fmt.Errorf("%s is not set", name)
		}
		return nil
	}
	if name == "" {
		return usageError{}
	}
	later, err := s.proc.Setenv(ctx, name, value)
	if err != nil {
		return err
	}
	s.mu.Lock()
	if s.env == nil {
		s.env = map[string]*string{}
	}
	if value == "" {
		s.env[name] = nil
	} else {
		s.env[name] = &value
	}
	s.mu.Unlock()
	m.Printf("env: %s=%s\n", name, value)
	if later {
		m.Printf("%s is read when a process starts: it takes effect after %%restart.\n", name)
	}
	return nil
}

func runCd(ctx context.Context, m *MagicCall) error {
	s := m.Session
	to := strings.Trim(m.Args, "\"'")
	if to == "" || to == "~" || strings.HasPrefix(to, "~/") {
		home, err := os.UserHomeDir()
		if err != nil {
			return err
		}
		to = filepath.Join(home, strings.TrimPrefix(to, "~"))
	}
	if !filepath.IsAbs(to) {
		to = filepath.Join(s.dir(), to)
	}
	info, err := os.Stat(to)
	switch {
	case err != nil:
		return fmt.Errorf("no such folder: %s", to)
	case !info.IsDir():
		return fmt.Errorf("not a folder: %s", to)
	}
	if err := s.proc.Chdir(ctx, to); err != nil {
		return err
	}
	s.mu.Lock()
	s.cwd = to
	s.mu.Unlock()
	m.Printf("%s\n", to)
	return nil
}
