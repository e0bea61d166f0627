// Keeps a module without sources linkable.
