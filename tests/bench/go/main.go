// A webhook without rules, by the standard library alone: the least that one written in Go costs.
package main

import (
	"encoding/json"
	"net/http"
	"os"
	"runtime"
)

type review struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Request    *struct {
		UID    string          `json:"uid"`
		Object json.RawMessage `json:"object"`
	} `json:"request,omitempty"`
	Response *response `json:"response,omitempty"`
}

type response struct {
	UID     string `json:"uid"`
	Allowed bool   `json:"allowed"`
}

func main() {
	runtime.GOMAXPROCS(1)
	http.HandleFunc("/validate", func(w http.ResponseWriter, r *http.Request) {
		var asked review
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || asked.Request == nil {
			http.Error(w, "no AdmissionReview", http.StatusBadRequest)
			return
		}
		var service map[string]any
		if err := json.Unmarshal(asked.Request.Object, &service); err != nil {
			http.Error(w, "no object", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		answer := review{APIVersion: asked.APIVersion, Kind: asked.Kind, Response: &response{asked.Request.UID, true}}
		_ = json.NewEncoder(w).Encode(answer)
	})
	address, certificate, key := os.Args[1], os.Args[2], os.Args[3]
	if err := http.ListenAndServeTLS(address, certificate, key, nil); err != nil {
		panic(err)
	}
}
