package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"strings"
	"text/template"
)

// manifests are the jobs for the engines, as templates.
//
//go:embed manifests/k8s*.yaml manifests/slurm.sh
var manifests embed.FS

// render gives the job as the engine takes it.
func (s *spread) render(engine string) ([]byte, error) {
	return s.manifest(map[string]string{"k8s": "k8s.yaml", "slurm": "slurm.sh"}[engine])
}

func (s *spread) manifest(file string) ([]byte, error) {
	t, err := template.New(file).Funcs(template.FuncMap{
		"json": func(v string) (string, error) { // a JSON string is a YAML string too
			data, err := json.Marshal(v)
			return string(data), err
		},
		"shell": shellWords,
		"quote": shellQuote,
	}).ParseFS(manifests, "manifests/*")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, s)
	return b.Bytes(), err
}

// shellWords gives a command that a POSIX shell takes word by word.
func shellWords(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = shellQuote(w)
	}
	return strings.Join(quoted, " ")
}

// shellQuote gives a word that a POSIX shell takes as it is.
func shellQuote(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+%") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
