"""运维服务 · Operation and maintenance service."""
