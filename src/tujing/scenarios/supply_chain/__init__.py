"""供应链管理 · Supply chain management."""
