"""Tests of the deployment: settings, servers, the web process, the stack."""
