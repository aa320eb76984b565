"""CRM sales opportunities: the pipeline of a seller of computer hardware."""
